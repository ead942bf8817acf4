"""template.yaml, and linking.yaml, as SAM expands them: what CloudFormation is given, without an account."""

import json
import logging
import os
import pathlib

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REGIONS = ["us-east-1", "eu-west-1", "us-west-2"]
# It warns that nobody collected its usage figures.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

NOTHING = {"Ref": "AWS::NoValue"}

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"


class NoManagedPolicies:
    """SAM asks for the ARNs of AWS's own policies. The functions have none: each has a role of its own."""

    def load(self):
        return {}


def source(path=TEMPLATE):
    template = yaml_parse(path.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # SAM expands only code that has been uploaded.
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return template


def expand(template, region=REGIONS[0]):
    os.environ["AWS_DEFAULT_REGION"] = region
    return transform(template, {}, NoManagedPolicies())


def of_kind(kind, expanded):
    """The resources of a kind: their logical ids and properties."""
    return {name: r["Properties"] for name, r in expanded["Resources"].items() if r["Type"] == kind}


def parameters_in(node, expanded):
    text = json.dumps(node)
    return {name for name in expanded["Parameters"] if f'{{"Ref": "{name}"}}' in text or f"${{{name}}}" in text}


def holds(condition, expanded, parameters):
    """Whether a condition of the template is true with these parameters in place of the defaults."""

    def value(node):
        if not isinstance(node, dict):
            return node
        ((function, of),) = node.items()
        match function:
            case "Ref":
                return parameters.get(of, expanded["Parameters"][of].get("Default"))
            case "Condition":
                return value(expanded["Conditions"][of])
            case "Fn::Equals":
                return value(of[0]) == value(of[1])
            case "Fn::Not":
                return not value(of[0])
            case "Fn::And":
                return all(value(part) for part in of)
            case "Fn::Or":
                return any(value(part) for part in of)
        raise ValueError(f"no condition: {node}")

    return value({"Condition": condition})


def chosen(node, expanded, parameters):
    """What CloudFormation makes of a part of the template with these parameters."""
    if isinstance(node, list):
        return [chosen(part, expanded, parameters) for part in node]
    if not isinstance(node, dict):
        return node
    if "Ref" in node and node["Ref"] in expanded["Parameters"]:
        return parameters.get(node["Ref"], expanded["Parameters"][node["Ref"]].get("Default"))
    if "Fn::If" in node:
        (condition, then, otherwise) = node["Fn::If"]
        return chosen(then if holds(condition, expanded, parameters) else otherwise, expanded, parameters)
    made = {name: chosen(part, expanded, parameters) for name, part in node.items()}
    return {name: part for name, part in made.items() if part != NOTHING}


def present(kind, expanded, **parameters):
    """The resources of a kind that a stack with these parameters has."""
    return {
        name: resource["Properties"]
        for name, resource in expanded["Resources"].items()
        if resource["Type"].startswith(kind)
        and ("Condition" not in resource or holds(resource["Condition"], expanded, parameters))
    }
