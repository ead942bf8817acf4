"""What no linter knows of template.yaml: who may call the function, that a changed setting reaches it, and how it is watched.

A permission for the wrong principal, without a token or on the wrong version lints well; it keeps Alexa out, or lets
every skill in. An alarm on a metric that nobody tells lints well, and never rings. So the template is checked here as SAM
expands it, and each mistake is made once, to see it found.
"""

import json
import logging
import os
import pathlib
import re
import unittest

from cfnlint.api import lint
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

REGIONS = ["us-east-1", "eu-west-1", "us-west-2"]
# It warns that nobody collected its usage figures.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"

NAMESPACE = "AlexaForParticle"
FUNCTION = {"Ref": "SkillFunction"}
# The guide's table of metrics; tests/skill/operations.rs compares it with what the function tells.
METRICS = set(re.findall(r"^\| `(\w+)` \| (?:Count|Milliseconds) \|", (ROOT / "docs/operations.md").read_text(), re.M))
LAMBDA_METRICS = {"Errors", "Throttles", "Duration", "ConcurrentExecutions"}


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
        raise ValueError(f"no condition: {node}")

    return value({"Condition": condition})


def present(kind, expanded, **parameters):
    """The resources of a kind that a stack with these parameters has."""
    return {
        name: resource["Properties"]
        for name, resource in expanded["Resources"].items()
        if resource["Type"].startswith(kind)
        and ("Condition" not in resource or holds(resource["Condition"], expanded, parameters))
    }


def watched(alarm):
    """The metrics that an alarm looks at, as the template writes them."""
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return stats or [alarm]


def shown(dashboard):
    """The metrics of a dashboard: namespace, name, and the one dimension with its value."""
    for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]:
        for metric in widget["properties"]["metrics"]:
            if isinstance(metric[0], str):
                yield metric[:4]


def unknown(namespace, name, dimension, of):
    if namespace == NAMESPACE:
        known = name in METRICS and dimension == "functionName"
    else:
        known = namespace == "AWS/Lambda" and name in LAMBDA_METRICS and dimension == "FunctionName"
    return not known or of not in (FUNCTION, "${SkillFunction}")


def blind_spots(expanded):
    """What is wrong with how the function is watched."""
    (function,) = properties(expanded, "AWS::Lambda::Function")
    logging_config = function["LoggingConfig"]
    kept = [name for name, group in present("AWS::Logs", expanded).items() if "RetentionInDays" in group]
    if logging_config.get("LogGroup") not in [{"Ref": name} for name in kept]:
        yield "the log is kept for ever"
    if logging_config["LogFormat"] != "JSON":
        yield "Lambda's own records are no JSON"
    if logging_config["ApplicationLogLevel"] not in ("INFO", {"Fn::If": ["Verbose", "DEBUG", "INFO"]}):
        yield "Lambda drops lines with metrics"
    for kind in ("AWS::CloudWatch", "AWS::SNS"):
        for name in present(kind, expanded):
            yield f"{name} costs, and nobody asked for it"
    some = present("AWS::CloudWatch::Alarm", expanded, AlarmEmail="a@example.com")
    every = present("AWS::CloudWatch::Alarm", expanded, AlarmEmail="a@example.com", Metrics="on")
    topics = present("AWS::SNS::Topic", expanded, AlarmEmail="a@example.com")
    for name, alarm in every.items():
        for action in alarm.get("AlarmActions", [{}]):
            if action.get("Ref") not in topics:
                yield f"nobody hears {name}"
        if alarm.get("TreatMissingData") != "notBreaching":
            yield f"{name} rings when nothing happens"
        for metric in watched(alarm):
            (dimension,) = metric["Dimensions"]
            if unknown(metric["Namespace"], metric["MetricName"], dimension["Name"], dimension["Value"]):
                yield f"{name} waits for a metric that is not told"
            if name in some and metric["Namespace"] == NAMESPACE:
                yield f"without metrics {name} cannot ring"
    has = {metric["MetricName"] for alarm in every.values() for metric in watched(alarm)}
    for wanted in {"Errors", "Throttles", "Duration", "Timeouts", "Unauthorized"} - has:
        yield f"no alarm on {wanted}"
    for name, dashboard in present("AWS::CloudWatch::Dashboard", expanded, Dashboard="on").items():
        for metric in shown(dashboard):
            if unknown(*metric):
                yield f"{name} shows {metric}, which is not told"


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


def alarm(name, **changed):
    def mutate(template):
        template["Resources"][name]["Properties"].update(changed)

    return mutate


def always(name):
    def mutate(template):
        del template["Resources"][name]["Condition"]

    return mutate


def no_retention(template):
    del template["Resources"]["SkillLogGroup"]["Properties"]["RetentionInDays"]


def log_of(**changed):
    def mutate(template):
        template["Resources"]["SkillFunction"]["Properties"]["LoggingConfig"].update(changed)

    return mutate


def other_dashboard(template):
    body = template["Resources"]["SkillDashboard"]["Properties"]["DashboardBody"]
    body["Fn::Sub"] = body["Fn::Sub"].replace('"ParticleLatency"', '"ParticleLatancy"')


def without(name):
    def mutate(template):
        del template["Resources"][name]

    return mutate


BLIND_SPOTS = {
    "a log for ever": no_retention,
    "a log that Lambda makes": log_of(LogGroup="/aws/lambda/skill"),
    "text": log_of(LogFormat="Text"),
    "a level at which Lambda drops lines": log_of(ApplicationLogLevel="WARN"),
    "an alarm without being asked": always("ThrottlesAlarm"),
    "a topic without being asked": always("AlarmTopic"),
    "a dashboard without being asked": always("SkillDashboard"),
    "an alarm that nobody hears": alarm("ThrottlesAlarm", AlarmActions=[{"Ref": "SkillLogGroup"}]),
    "an alarm in a quiet night": alarm("TimeoutsAlarm", TreatMissingData="breaching"),
    "a misspelt metric": alarm("TimeoutsAlarm", MetricName="TimeOuts"),
    "a misspelt metric in an expression": lambda template: template["Resources"]["DirectiveErrorsAlarm"]["Properties"][
        "Metrics"
    ][1]["MetricStat"]["Metric"].update(MetricName="Directive"),
    "another function's metric": alarm("TimeoutsAlarm", Dimensions=[{"Name": "functionName", "Value": "skill"}]),
    "Lambda's dimension": alarm("TimeoutsAlarm", Dimensions=[{"Name": "FunctionName", "Value": FUNCTION}]),
    "an alarm without its metrics": lambda template: template["Resources"]["TimeoutsAlarm"].update(Condition="Alarms"),
    "no alarm on throttles": without("ThrottlesAlarm"),
    "no alarm on refused tokens": without("UnauthorizedAlarm"),
    "a misspelt metric on the dashboard": other_dashboard,
}

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

    def test_the_function_is_watched_as_it_was_asked(self):
        self.assertEqual(list(blind_spots(expand(source()))), [])

    def test_every_blind_spot_is_found(self):
        for name, mutate in BLIND_SPOTS.items():
            with self.subTest(name):
                template = source()
                mutate(template)
                self.assertNotEqual(list(blind_spots(expand(template))), [])


if __name__ == "__main__":
    unittest.main()
