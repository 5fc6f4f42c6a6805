"""CloudFront with Lambda@Edge on your machine. Start reading at `flow/pipeline.py`."""

from localfront.interrupts import end_while_importing

__version__ = "0.1.0"

end_while_importing()
