"""LocalEmu restricted to loopback: `GATEWAY_LISTEN=127.0.0.1:PORT python -m bench.localemu`.

Version 1.3.2 uses only the port of GATEWAY_LISTEN and listens on all addresses. This module runs in
LocalEmu's own virtual environment, without our packages.
"""

from functools import partial

from localemu.runtime.main import main
from twisted.internet import endpoints

endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")

if __name__ == "__main__":
    main()
