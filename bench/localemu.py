"""LocalEmu on the loopback address alone: `GATEWAY_LISTEN=127.0.0.1:PORT python -m bench.localemu`.

Version 1.3.2 takes the port out of GATEWAY_LISTEN and listens on all addresses. Run by the
interpreter of an environment that has LocalEmu, and nothing of ours.
"""

from functools import partial

from localemu.runtime.main import main
from twisted.internet import endpoints

endpoints.TCP4ServerEndpoint = partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")

if __name__ == "__main__":
    main()
