"""What no linter knows of template.yaml: who may call the function, and that a changed setting reaches it.

A permission for the wrong principal, without a token or on the wrong version lints well; it keeps Alexa out, or lets
every skill in. So the template is checked here as SAM expands it, and each mistake is made once, to see it found.
"""

import json
import logging
import os
import pathlib
import unittest

from cfnlint.api import lint
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REGIONS = ["us-east-1", "eu-west-1", "us-west-2"]
# It warns that nobody collected its usage figures.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

TEMPLATE = pathlib.Path(__file__).parents[2] / "template.yaml"


class ManagedPolicies:
    """SAM asks for the ARNs of AWS's own policies; the role of the function has only this one."""

    def load(self):
        name = "AWSLambdaBasicExecutionRole"
        return {name: f"arn:aws:iam::aws:policy/service-role/{name}"}


def source():
    template = yaml_parse(TEMPLATE.read_text())
    # SAM expands only code that has been uploaded.
    template["Resources"]["SkillFunction"]["Properties"]["CodeUri"] = "s3://bucket/key"
    return template


def expand(template):
    os.environ["AWS_DEFAULT_REGION"] = REGIONS[0]
    return transform(template, {}, ManagedPolicies())


def properties(expanded, kind):
    return [r["Properties"] for r in expanded["Resources"].values() if r["Type"] == kind]


def parameters_in(node, expanded):
    text = json.dumps(node)
    return {name for name in expanded["Parameters"] if f'{{"Ref": "{name}"}}' in text or f"${{{name}}}" in text}


def complaints(expanded):
    resources = expanded["Resources"]
    permissions = properties(expanded, "AWS::Lambda::Permission")
    if not permissions:
        yield "nobody may call the function"
    for permission in permissions:
        if permission["Action"] != "lambda:InvokeFunction":
            yield f"allows {permission['Action']}"
        if permission["Principal"] != "alexa-connectedhome.amazon.com":
            yield f"admits {permission['Principal']}"
        if permission.get("EventSourceToken") != {"Ref": "AlexaSkillId"}:
            yield "admits other skills"
        callee = permission["FunctionName"]
        if resources.get(callee.get("Ref"), {}).get("Type") != "AWS::Lambda::Alias":
            yield f"is not on an alias but on {callee}"
        if callee != expanded["Outputs"]["SkillEndpoint"]["Value"]:
            yield "is not for the endpoint that the stack tells the skill"
    settings = parameters_in(properties(expanded, "AWS::Lambda::Function"), expanded)
    for setting in settings - parameters_in(properties(expanded, "AWS::Lambda::Version"), expanded):
        yield f"a changed {setting} does not reach the alias"


def permission(**changed):
    def mutate(template):
        template["Resources"]["AlexaPermission"]["Properties"].update(changed)

    return mutate


def function(**changed):
    def mutate(template):
        template["Resources"]["SkillFunction"]["Properties"].update(changed)

    return mutate


def without_token(template):
    del template["Resources"]["AlexaPermission"]["Properties"]["EventSourceToken"]


def without_permission(template):
    del template["Resources"]["AlexaPermission"]


def other_endpoint(template):
    template["Outputs"]["SkillEndpoint"]["Value"] = {"Ref": "SkillFunction.Version"}


MISTAKES = {
    "no token": without_token,
    "a fixed token": permission(EventSourceToken="amzn1.ask.skill.00000000-0000-0000-0000-000000000000"),
    "the principal of custom skills": permission(Principal="alexa-appkit.amazon.com"),
    "everybody": permission(Principal="*"),
    "another action": permission(Action="lambda:*"),
    "the function instead of the alias": permission(FunctionName={"Ref": "SkillFunction"}),
    "the function's ARN": permission(FunctionName={"Fn::GetAtt": ["SkillFunction", "Arn"]}),
    "no permission": without_permission,
    "SAM's event for custom skills": function(Events={"Alexa": {"Type": "AlexaSkill"}}),
    "a public URL": function(FunctionUrlConfig={"AuthType": "NONE"}),
    "a version as the endpoint": other_endpoint,
    "a setting the version does not name": function(VersionDescription="live"),
}


class Template(unittest.TestCase):
    def test_the_expanded_template_lints(self):
        findings = lint(json.dumps(expand(source())), regions=REGIONS)
        self.assertEqual([str(finding) for finding in findings], [])

    def test_only_the_skill_may_call_the_alias(self):
        self.assertEqual(list(complaints(expand(source()))), [])

    def test_every_mistake_is_found(self):
        for name, mutate in MISTAKES.items():
            with self.subTest(name):
                template = source()
                mutate(template)
                self.assertNotEqual(list(complaints(expand(template))), [])


if __name__ == "__main__":
    unittest.main()
