"""Terraform's prerequisites: the domain's zone and wildcard certificate.

On AWS they exist already, or terraform/prerequisites creates them, which takes half an hour. In an
emulator they are created here through the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.emulators.emulators import Emulator

if TYPE_CHECKING:
    from mypy_boto3_acm import ACMClient
    from mypy_boto3_route53 import Route53Client

DOMAIN = "starfleet.localhost"


def make_zone_and_certificate(emulator: Emulator, *, zone: bool, domain: str = DOMAIN) -> None:
    """Create the certificate and, if `zone`, the zone, unless they exist."""
    aws = emulator.session()
    if zone:
        make_zone(aws.client("route53", endpoint_url=emulator.endpoint), domain)
    make_certificate(aws.client("acm", endpoint_url=emulator.endpoint), f"*.{domain}")


def make_zone(route53: Route53Client, domain: str) -> None:
    zones = route53.list_hosted_zones_by_name(DNSName=domain)["HostedZones"]
    if not any(zone["Name"] == f"{domain}." for zone in zones):
        route53.create_hosted_zone(Name=domain, CallerReference=domain)


def make_certificate(acm: ACMClient, name: str) -> None:
    there = acm.list_certificates(CertificateStatuses=["ISSUED"])
    if not any(
        certificate["DomainName"] == name for certificate in there["CertificateSummaryList"]
    ):
        acm.request_certificate(DomainName=name, ValidationMethod="DNS")
