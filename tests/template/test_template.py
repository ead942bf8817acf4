"""What no linter knows of template.yaml: who may call the functions, what those may do, that a changed setting reaches the
alias, and how all of it is watched.

A permission for the wrong principal, without a token or on the wrong version lints well; it keeps Alexa out, or lets
every skill in. An alarm on a metric that nobody tells lints well, and never rings. So the template is checked here as SAM
expands it, and each mistake is made once, to see it found.
"""

import copy
import json
import os
import re
import tomllib
import unittest

from cfnlint.api import lint
from expansion import REGIONS, ROOT, expand, of_kind, parameters_in, present, source

# What SAM makes of the template, as far as it decides who may do what. UPDATE_SNAPSHOT=1 writes it anew: read it then.
SNAPSHOT = ROOT / "tests/template/expanded.json"

NAMESPACE = "AlexaForParticle"
LAMBDA_METRICS = {"Errors", "Throttles", "Duration", "ConcurrentExecutions"}
GUIDE = (ROOT / "docs/operations.md").read_text()


def told(heading):
    """The guide's table of metrics under a heading; tests of the functions compare it with what they tell."""
    (_, after) = GUIDE.split(f"\n{heading}\n")
    section = re.split(r"\n#", after)[0]
    return set(re.findall(r"^\| `(\w+)` \| (?:Count|Milliseconds) \|", section, re.M))


METRICS = {"SkillFunction": told("## Metrics"), "RelayFunction": told("### What the relay counts")}

SMART_HOME = "alexa-connectedhome.amazon.com"


def complaints(expanded):
    """What is wrong with who may call which function."""
    permissions = of_kind("AWS::Lambda::Permission", expanded)
    if not any(permission["Principal"] == SMART_HOME for permission in permissions.values()):
        yield "Alexa may not call the skill"
    for name, permission in permissions.items():
        if permission["Principal"] == "*":
            yield from public_complaints(name, permission, expanded)
        else:
            yield from alexa_complaints(permission, expanded)
    for name, url in of_kind("AWS::Lambda::Url", expanded).items():
        allowed = [set(p) - {"FunctionName"} for p in permissions.values() if p["FunctionName"] == url["TargetFunctionArn"]]
        if url["AuthType"] != "NONE":
            yield f"{name} asks browsers for a signature"
        if sorted(map(sorted, allowed)) != sorted(map(sorted, PUBLIC_PAIR)):
            yield f"{name} has not exactly the two permissions of a public URL"
    versions = of_kind("AWS::Lambda::Version", expanded)
    settings = parameters_in(of_kind("AWS::Lambda::Function", expanded)["SkillFunction"], expanded)
    for setting in settings - parameters_in(list(versions.values()), expanded):
        yield f"a changed {setting} does not reach the alias"


CHANGES = {"MemorySize": 512, "Timeout": 9, "Environment": {"Variables": {"LOG_LEVEL": "debug"}}}


def unpublished(template):
    """The properties of the skill's function of which a change makes no new version, and so stays behind the alias."""

    def version(**changed):
        changed_template = copy.deepcopy(template)
        function(**changed)(changed_template)
        (name,) = of_kind("AWS::Lambda::Version", expand(changed_template))
        return name

    before = version()
    return [name for name, value in CHANGES.items() if version(**{name: value}) == before]


# Since October 2025 a public URL needs both.
PUBLIC_PAIR = [{"Action", "FunctionUrlAuthType", "Principal"}, {"Action", "InvokedViaFunctionUrl", "Principal"}]


def public_complaints(name, permission, expanded):
    match permission:
        case {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}:
            pass
        case {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}:
            pass
        case _:
            yield f"{name} lets everybody in"
    urls = of_kind("AWS::Lambda::Url", expanded)
    if permission["FunctionName"] not in [url["TargetFunctionArn"] for url in urls.values()]:
        yield f"{name} is for no URL"
    if permission["FunctionName"] != {"Ref": "RelayFunction"}:
        yield f"{name} makes {permission['FunctionName']} public"
    if expanded["Resources"][name].get("Condition") != "Relay":
        yield f"{name} is there without a relay"


def alexa_complaints(permission, expanded):
    if permission["Action"] != "lambda:InvokeFunction":
        yield f"allows {permission['Action']}"
    if permission["Principal"] != SMART_HOME:
        yield f"admits {permission['Principal']}"
    if permission.get("EventSourceToken") != {"Ref": "AlexaSkillId"}:
        yield "admits other skills"
    callee = permission["FunctionName"]
    if expanded["Resources"].get(callee.get("Ref"), {}).get("Type") != "AWS::Lambda::Alias":
        yield f"is not on an alias but on {callee}"
    if callee != expanded["Outputs"]["SkillEndpoint"]["Value"]:
        yield "is not for the endpoint that the stack tells the skill"


LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
TRACE = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]


def excesses(expanded):
    """What a function may do that it need not."""
    roles = of_kind("AWS::IAM::Role", expanded)
    functions = of_kind("AWS::Lambda::Function", expanded)
    if len({json.dumps(function["Role"]) for function in functions.values()}) < len(functions):
        yield "two functions share a role"
    for name, function in functions.items():
        (role, _) = function["Role"]["Fn::GetAtt"]
        group = function["LoggingConfig"]["LogGroup"]["Ref"]
        if roles[role].get("ManagedPolicyArns"):
            yield f"{name} has a policy that somebody else can change"
        for policy in roles[role]["Policies"]:
            traced = "Fn::If" in policy
            if traced:
                (condition, policy, _) = policy["Fn::If"]
                if condition != "Trace":
                    yield f"{name} may do more where {condition}"
            for statement in policy["PolicyDocument"]["Statement"]:
                wanted = {"Action": TRACE, "Resource": "*"} if traced else {"Action": LOG, "Resource": {"Fn::GetAtt": [group, "Arn"]}}
                if statement != {"Effect": "Allow", **wanted}:
                    yield f"{name} may {statement}"


def reduced(expanded):
    """What SAM makes of the functions, without what changes with every build."""
    kept = {}
    for name, resource in expanded["Resources"].items():
        if resource["Type"].startswith("AWS::Lambda::"):
            properties = {k: v for k, v in resource["Properties"].items() if k not in ("Code", "Tags", "Description")}
            kept[name] = {k: v for k, v in resource.items() if k in ("Type", "Condition", "DeletionPolicy")}
            kept[name]["Properties"] = properties
    own = sorted(set(expanded["Resources"]) - set(source()["Resources"]))
    text = json.dumps({"MadeBySam": own, "Resources": kept}, indent=2) + "\n"
    # A version is named after all that it is made of.
    return re.sub(r"(SkillFunctionVersion)[0-9a-f]{10}", r"\1", text)


def watched(alarm):
    """The metrics that an alarm looks at, as the template writes them."""
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return stats or [alarm]


WATCHED = {
    "SkillFunction": ["Errors", "Throttles", "Duration", "Timeouts", "Unauthorized"],
    "RelayFunction": ["Errors", "Throttles", "LinkStarted", "LinkReturned"],
}


def shown(dashboard):
    """The metrics of a dashboard: namespace, name, and the one dimension with its value."""
    for widget in json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]:
        for metric in widget["properties"]["metrics"]:
            if isinstance(metric[0], str):
                yield metric[:4]


def unknown(namespace, name, dimension, of):
    function = of["Ref"] if isinstance(of, dict) else of.strip("${}")
    if function not in METRICS:
        return True
    if namespace == NAMESPACE:
        return name not in METRICS[function] or dimension != "functionName"
    return namespace != "AWS/Lambda" or name not in LAMBDA_METRICS or dimension != "FunctionName"


def blind_spots(expanded):
    """What is wrong with how the functions are watched."""
    groups = present("AWS::Logs", expanded, AlexaVendorId="M1")
    kept = [{"Ref": name} for name, group in groups.items() if "RetentionInDays" in group]
    for name, function in of_kind("AWS::Lambda::Function", expanded).items():
        logging_config = function["LoggingConfig"]
        if logging_config.get("LogGroup") not in kept:
            yield f"the log of {name} is kept for ever"
        if logging_config["LogFormat"] != "JSON":
            yield "Lambda's own records are no JSON"
        if logging_config["ApplicationLogLevel"] not in ("INFO", {"Fn::If": ["Verbose", "DEBUG", "INFO"]}):
            yield "Lambda drops lines with metrics"
        if function.get("TracingConfig") not in (None, {"Mode": {"Fn::If": ["Trace", "Active", "PassThrough"]}}):
            yield f"{name} sends traces, and nobody asked for them"
    for kind in ("AWS::CloudWatch", "AWS::SNS"):
        for name in present(kind, expanded):
            yield f"{name} costs, and nobody asked for it"
    asked = {"AlarmEmail": "a@example.com", "AlexaVendorId": "M1"}
    some = present("AWS::CloudWatch::Alarm", expanded, **asked)
    every = present("AWS::CloudWatch::Alarm", expanded, **asked, Metrics="on")
    alone = present("AWS::CloudWatch::Alarm", expanded, **asked, Metrics="on", LinkRelay="off")
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
            # Every answer comes within the deadline, so that a fixed duration may be one that none ever has.
            if metric["MetricName"] == "Duration" and "${DeadlineMs}" not in json.dumps(alarm.get("Metrics")):
                yield f"{name} may not ring with a shorter deadline"
            if name in some and metric["Namespace"] == NAMESPACE:
                yield f"without metrics {name} cannot ring"
            if name in alone and dimension["Value"] == {"Ref": "RelayFunction"}:
                yield f"without a relay {name} cannot ring"
    has = [(metric["Dimensions"][0]["Value"], metric["MetricName"]) for alarm in every.values() for metric in watched(alarm)]
    for function, metrics in WATCHED.items():
        for metric in metrics:
            if ({"Ref": function}, metric) not in has:
                yield f"no alarm on {metric} of {function}"
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


def without_property(name, key):
    def mutate(template):
        del template["Resources"][name]["Properties"][key]

    return mutate


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
    "a log for ever": without_property("SkillLogGroup", "RetentionInDays"),
    "a log that Lambda makes": log_of(LogGroup="/aws/lambda/skill"),
    "text": log_of(LogFormat="Text"),
    "a level at which Lambda drops lines": log_of(ApplicationLogLevel="WARN"),
    "an alarm without being asked": always("ThrottlesAlarm"),
    "an alarm on a duration of its own": lambda template: template["Resources"]["DurationAlarm"]["Properties"]["Metrics"][
        0
    ].update(Expression="100 * duration / 6500"),
    "a topic without being asked": always("AlarmTopic"),
    "a dashboard without being asked": always("SkillDashboard"),
    "an alarm that nobody hears": alarm("ThrottlesAlarm", AlarmActions=[{"Ref": "SkillLogGroup"}]),
    "an alarm in a quiet night": alarm("TimeoutsAlarm", TreatMissingData="breaching"),
    "a misspelt metric": alarm("TimeoutsAlarm", MetricName="TimeOuts"),
    "a misspelt metric in an expression": lambda template: template["Resources"]["DirectiveErrorsAlarm"]["Properties"][
        "Metrics"
    ][1]["MetricStat"]["Metric"].update(MetricName="Directive"),
    "another function's metric": alarm("TimeoutsAlarm", Dimensions=[{"Name": "functionName", "Value": "skill"}]),
    "Lambda's dimension": alarm("TimeoutsAlarm", Dimensions=[{"Name": "FunctionName", "Value": {"Ref": "SkillFunction"}}]),
    "an alarm without its metrics": lambda template: template["Resources"]["TimeoutsAlarm"].update(Condition="Alarms"),
    "no alarm on throttles": without("ThrottlesAlarm"),
    "no alarm on the relay": without("RelayErrorsAlarm"),
    "an alarm on a relay that is not there": lambda template: template["Resources"]["RelayErrorsAlarm"].update(
        Condition="Alarms"
    ),
    "the other function's metric": alarm(
        "TimeoutsAlarm", Dimensions=[{"Name": "functionName", "Value": {"Ref": "RelayFunction"}}]
    ),
    "a relay's log for ever": without_property("RelayLogGroup", "RetentionInDays"),
    "traces without being asked": function(Tracing="Active"),
    "no alarm on refused tokens": without("UnauthorizedAlarm"),
    "a misspelt metric on the dashboard": other_dashboard,
}

def another_permission(**properties):
    def mutate(template):
        template["Resources"]["Another"] = {"Type": "AWS::Lambda::Permission", "Properties": properties}

    return mutate


def relay(**changed):
    def mutate(template):
        template["Resources"]["RelayFunction"]["Properties"].update(changed)

    return mutate


MISTAKES = {
    "no token": without_property("AlexaPermission", "EventSourceToken"),
    "a fixed token": permission(EventSourceToken="amzn1.ask.skill.00000000-0000-0000-0000-000000000000"),
    "the principal of custom skills": permission(Principal="alexa-appkit.amazon.com"),
    "everybody": permission(Principal="*"),
    "another action": permission(Action="lambda:*"),
    "the function instead of the alias": permission(FunctionName={"Ref": "SkillFunction"}),
    "the function's ARN": permission(FunctionName={"Fn::GetAtt": ["SkillFunction", "Arn"]}),
    "no permission": without("AlexaPermission"),
    "SAM's event for custom skills": function(Events={"Alexa": {"Type": "AlexaSkill"}}),
    "a public URL of the skill": function(FunctionUrlConfig={"AuthType": "NONE"}),
    "a version as the endpoint": other_endpoint,
    "a setting the version does not name": function(VersionDescription="live"),
    "a relay that Alexa's skills may call": relay(Events={"Alexa": {"Type": "AlexaSkill"}}),
    "a URL that asks for a signature": relay(FunctionUrlConfig={"AuthType": "AWS_IAM"}),
    "a relay that everybody may invoke without its URL": another_permission(
        Action="lambda:InvokeFunction", Principal="*", FunctionName={"Ref": "RelayFunction"}
    ),
    "a second way to the URL": another_permission(
        Action="lambda:InvokeFunctionUrl", Principal="*", FunctionName={"Ref": "RelayFunction"}, FunctionUrlAuthType="NONE"
    ),
    "the URL's permission on the skill": another_permission(
        Action="lambda:InvokeFunction",
        Principal="*",
        FunctionName={"Ref": "SkillFunction.Alias"},
        InvokedViaFunctionUrl=True,
    ),
    "a bucket that may call": another_permission(
        Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", FunctionName={"Ref": "SkillFunction.Alias"}
    ),
}


def statement(**changed):
    def mutate(template):
        policy = template["Resources"]["SkillRole"]["Properties"]["Policies"][0]
        policy["PolicyDocument"]["Statement"][0].update(changed)

    return mutate


def role(**changed):
    def mutate(template):
        template["Resources"]["RelayRole"]["Properties"].update(changed)

    return mutate


EXCESSES = {
    "every log": statement(Resource="*"),
    "the relay's log": statement(Resource={"Fn::GetAtt": ["RelayLogGroup", "Arn"]}),
    "new log groups": statement(Action=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
    "everything": statement(Action="*"),
    "AWS's policy": role(ManagedPolicyArns=["arn:aws:iam::aws:policy/AWSLambdaExecute"]),
    "the skill's role": relay(Role={"Fn::GetAtt": ["SkillRole", "Arn"]}),
    "traces, always": lambda template: template["Resources"]["SkillRole"]["Properties"]["Policies"][1].update(
        {"Fn::If": ["Vendor", *template["Resources"]["SkillRole"]["Properties"]["Policies"][1]["Fn::If"][1:]]}
    ),
}


class Template(unittest.TestCase):
    maxDiff = None

    def found(self, look, mistakes):
        for name, mutate in mistakes.items():
            with self.subTest(name):
                template = source()
                mutate(template)
                self.assertNotEqual(list(look(expand(template))), [])

    def test_the_expanded_template_lints(self):
        findings = lint(json.dumps(expand(source())), regions=REGIONS)
        self.assertEqual([str(finding) for finding in findings], [])

    def test_sam_makes_of_it_what_it_made_before(self):
        expanded = reduced(expand(source()))
        if os.environ.get("UPDATE_SNAPSHOT"):
            SNAPSHOT.write_text(expanded)
        self.assertEqual(expanded, SNAPSHOT.read_text())

    def test_only_the_skill_may_call_the_alias(self):
        self.assertEqual(list(complaints(expand(source()))), [])

    def test_every_mistake_is_found(self):
        self.found(complaints, MISTAKES)

    def test_every_change_reaches_the_alias(self):
        template = source()
        self.assertEqual(unpublished(template), [])
        without_property("SkillFunction", "AutoPublishAliasAllProperties")(template)
        # SAM looks at memory and variables by itself.
        self.assertEqual(unpublished(template), ["Timeout"])

    def test_the_description_of_a_version_is_never_too_long(self):
        description = source()["Resources"]["SkillFunction"]["Properties"]["VersionDescription"]["Fn::Sub"]
        for name, parameter in source()["Parameters"].items():
            if f"${{{name}}}" not in description:
                continue
            if "MaxLength" in parameter:
                # A character of the pattern is a byte.
                for text in ["https://é", "/opt/é", "/var/task/é"]:
                    self.assertNotRegex(text, parameter["AllowedPattern"])
                longest = "x" * parameter["MaxLength"]
            else:
                longest = max((str(value) for value in parameter.get("AllowedValues", [parameter.get("MaxValue")])), key=len)
            description = description.replace(f"${{{name}}}", longest)
        self.assertNotIn("$", description)
        self.assertLessEqual(len(description), 256, description)

    def test_a_function_may_write_its_log_and_no_more(self):
        self.assertEqual(list(excesses(expand(source()))), [])

    def test_every_excess_is_found(self):
        self.found(excesses, EXCESSES)

    def test_the_functions_are_watched_as_it_was_asked(self):
        self.assertEqual(list(blind_spots(expand(source()))), [])

    def test_every_blind_spot_is_found(self):
        self.found(blind_spots, BLIND_SPOTS)

    def test_a_stack_has_a_relay_if_it_can(self):
        for parameters, relays in [({}, 0), ({"AlexaVendorId": "M1"}, 1), ({"AlexaVendorId": "M1", "LinkRelay": "off"}, 0)]:
            functions = present("AWS::Lambda::Function", expand(source()), **parameters)
            self.assertEqual(len(functions), 1 + relays, parameters)

    def test_each_region_knows_its_redirect(self):
        template = source()
        hosts = re.findall(r'=> "([a-z.]+)",', (ROOT / "crates/relay/src/redirect.rs").read_text())
        redirects = {region: {"Redirect": f"https://{host}/api/skill/link/"} for region, host in zip(REGIONS, hosts)}
        self.assertEqual(template["Mappings"]["Alexa"], redirects)
        settings = tomllib.loads((ROOT / "samconfig.toml").read_text())
        self.assertEqual([settings[name]["deploy"]["parameters"]["region"] for name in ("na", "eu", "fe")], REGIONS)
        (assertion,) = template["Rules"]["SmartHomeRegion"]["Assertions"]
        self.assertEqual(assertion["Assert"]["Fn::Contains"][0], REGIONS)

    def test_the_application_repository_is_told_the_truth(self):
        about = source()["Metadata"]["AWS::ServerlessRepo::Application"]
        cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
        self.assertEqual(about["SemanticVersion"], cargo["workspace"]["package"]["version"])
        self.assertIn(about["SpdxLicenseId"], cargo["workspace"]["package"]["license"])
        for key in ("LicenseUrl", "ReadmeUrl"):
            self.assertTrue((ROOT / about[key]).is_file(), key)


if __name__ == "__main__":
    unittest.main()
