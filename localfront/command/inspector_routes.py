"""The routes of the inspector's API, imported late: their imports take a tenth of a start."""

from __future__ import annotations

from localfront.command.service import Service
from localfront.inspector.clock_api import clock_routes
from localfront.inspector.foresee_api import foresee_routes
from localfront.inspector.objects_api import object_routes
from localfront.inspector.options import InspectorOptions
from localfront.inspector.records import Records
from localfront.inspector.requests_api import request_routes
from localfront.inspector.save_api import save_routes
from localfront.inspector.send_api import send_routes
from localfront.inspector.sending import Site
from localfront.inspector.server import Routes
from localfront.inspector.state_api import state_routes


def routes_of(service: Service, records: Records, options: InspectorOptions, site: Site) -> Routes:
    return {
        **request_routes(records),
        **send_routes(records, site),
        **object_routes(service.cache, records, service.clock),
        **clock_routes(service.clock),
        **foresee_routes(service.foresee, lambda: service.active_site.endpoints, records, site),
        **state_routes(
            records, lambda: service.active_site, service.functions.refresh, options.given
        ),
        **save_routes(records, lambda: service.active_site),
    }
