"""Evidence from files: JSON that `sources.files` reads, and JSON for roles and certificates.

| command | key |
| --- | --- |
| `aws iam get-role` | Role |
| `aws acm describe-certificate` | Certificate |

Source: AWS CLI Command Reference, "Output" of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from localfront.check.evidence.cloudformation_evidence import cloudformation_evidence
from localfront.check.evidence.evidence import Role
from localfront.check.evidence.terraform_evidence import terraform_evidence
from localfront.errors import ConfigError
from localfront.sources.cloudformation.project import CloudFormationProject
from localfront.sources.cloudfront_json import each_once
from localfront.sources.description import Description, Raw, joined, named
from localfront.sources.files import content_of, describe_file
from localfront.sources.project_kinds import (
    Project,
    TerraformProject,
    errors_naming,
    project_of,
)
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings

NOTHING: Mapping[str, Any] = {
    "functions": {},
    "roles": {},
    "bucket_policies": {},
    "certificates": {},
    "labels": {},
    "outcomes": (),
}


def read_files(
    files: Sequence[Path],
    terraform: TerraformSettings = NO_SETTINGS,
    parameters: Mapping[str, str] | None = None,
) -> tuple[Description, dict[str, Any]]:
    """A description and the parts of an `Evidence`. Raises ConfigError for an unreadable file."""
    descriptions: list[Description] = []
    found: list[Mapping[str, Any]] = [NOTHING]
    certificates: dict[str, tuple[str, ...]] = {}
    for file in files:
        project = project_of(file, terraform, parameters or {})
        if project is not None:
            descriptions.append(project.description())
            with errors_naming(file):
                found.append(_of_project(project, descriptions[-1]))
            continue
        content = content_of(file)
        document = _document(content)
        if isinstance(document.get("Role"), Mapping):
            found.append({"roles": _role(document["Role"])})
        elif isinstance(document.get("Certificate"), Mapping):
            certificates.update(_certificate(document["Certificate"]))
        else:
            description = describe_file(file, content)
            descriptions.append(description)
            found.append(_evidence(file, document, description))
    description = each_once(joined(descriptions))
    if not description.distributions:
        raise ConfigError(
            f"No distribution is in {', '.join(map(str, files))}. Add the output of `aws cloudfront "
            "get-distribution`, or of `terraform show -json`."
        )
    found.append({"bucket_policies": description.bucket_policies})
    found.append({"certificates": dict(_by_distribution(description, certificates))})
    return description, _together(found)


def _of_project(project: Project, description: Description) -> Mapping[str, Any]:
    if isinstance(project, TerraformProject):
        return terraform_evidence(project.folder.evaluation().document, description)
    if isinstance(project, CloudFormationProject):
        return cloudformation_evidence(project.stacks, project.parameters, description)
    return NOTHING


def _document(content: bytes) -> Raw:
    """The file's JSON; {} if invalid, as `describe_file` has the better message."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _evidence(file: Path, document: Raw, description: Description) -> Mapping[str, Any]:
    """The evidence in a file. Raises ConfigError."""
    if "format_version" not in document:
        return _of_outputs(description)
    with errors_naming(file):
        return terraform_evidence(document, description)


def _of_outputs(description: Description) -> dict[str, Any]:
    return {
        "functions": {
            arn: function["Configuration"] for arn, function in description.lambda_functions.items()
        }
    }


def _role(role: Raw) -> dict[str, Role]:
    trust = role.get("AssumeRolePolicyDocument")
    return {str(role.get("Arn")): Role(trust=trust if isinstance(trust, Mapping) else None)}


def _certificate(certificate: Raw) -> dict[str, tuple[str, ...]]:
    others = certificate.get("SubjectAlternativeNames")
    listed = others if isinstance(others, list) else []
    names = dict.fromkeys([str(certificate.get("DomainName")), *map(str, listed)])
    return {str(certificate.get("CertificateArn")): tuple(names)}


def _by_distribution(
    description: Description, certificates: Mapping[str, tuple[str, ...]]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    for raw in description.distributions:
        for arn in named(raw, "ACMCertificateArn") & certificates.keys():
            yield str(raw.get("Id")), certificates[arn]


def _together(found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    together: dict[str, Any] = {}
    for part in found:
        for name, value in part.items():
            if isinstance(value, tuple):
                together[name] = (*together.get(name, ()), *value)
            else:
                together[name] = {**together.get(name, {}), **value}
    return together
