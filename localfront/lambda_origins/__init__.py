"""Function URLs and APIs as origins, with their Lambda functions run on this machine."""
