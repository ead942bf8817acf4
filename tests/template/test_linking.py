"""What no linter knows of linking.yaml: who may do what, that no secret is given but named, that nothing of the customers' is
deleted by the way, and that the properties of the custom resources are those that the function reads.

Each mistake is made once, to see it found.
"""

import json
import os
import re
import unittest

from cfnlint.api import lint
from expansion import REGIONS, ROOT, chosen, expand, of_kind
from expansion import source as read

LINKING = ROOT / "linking.yaml"
# What SAM makes of the function. UPDATE_SNAPSHOT=1 writes it anew: read it then.
SNAPSHOT = ROOT / "tests/template/linking-expanded.json"

SECRETS = ["LwaSecretArn", "ParticleSecretArn"]
LOG = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": {"Fn::GetAtt": ["SetupLogGroup", "Arn"]},
}
READ = {
    "Effect": "Allow",
    "Action": "secretsmanager:GetSecretValue",
    "Resource": [{"Ref": "LwaSecretArn"}, {"Ref": "ParticleSecretArn"}, {"Ref": "ClientSecret"}],
}
WRITE = {"Effect": "Allow", "Action": "secretsmanager:PutSecretValue", "Resource": {"Ref": "ClientSecret"}}
PACKAGE = {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": {"Fn::Sub": "arn:aws:s3:::${PackageBucket}/${PackageKey}"},
}
ROLES = {
    "SetupRole": ("lambda.amazonaws.com", [LOG, READ, WRITE]),
    "PackageRole": ("alexa-appkit.amazon.com", [PACKAGE]),
}

KEPT = {"Skill": "Retain", "ClientSecret": "Retain", "OAuthClient": "Delete", "AccountLinking": "Retain"}
CUSTOM = {"Custom::ParticleOAuthClient": "oauth_client", "Custom::AlexaAccountLinking": "account_linking"}


def source():
    return read(LINKING)


def excesses(expanded):
    """What somebody may do that they need not."""
    for kind in ("AWS::Lambda::Permission", "AWS::Lambda::Url"):
        for name in of_kind(kind, expanded):
            yield f"{name} lets somebody in; CloudFormation calls by the rights of who deploys"
    roles = of_kind("AWS::IAM::Role", expanded)
    if roles.keys() != ROLES.keys():
        yield f"the roles are {sorted(roles)}"
    for name, role in roles.items():
        (service, allowed) = ROLES.get(name, (None, []))
        if role.get("ManagedPolicyArns"):
            yield f"{name} has a policy that somebody else can change"
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        if trust != {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}:
            yield f"{name} trusts {trust}"
        statements = [s for policy in role.get("Policies", []) for s in policy["PolicyDocument"]["Statement"]]
        for statement in statements:
            if statement not in allowed:
                yield f"{name} may {statement}"


def faults(expanded):
    """What keeps CloudFormation waiting, ends links, or tells a secret."""
    (function,) = of_kind("AWS::Lambda::Function", expanded).values()
    (retries,) = of_kind("AWS::Lambda::EventInvokeConfig", expanded).values() or [{}]
    if retries.get("MaximumRetryAttempts") != 0:
        yield "an event that failed is sent again"
    age = retries.get("MaximumEventAgeInSeconds", 21600)
    if not age < late():
        yield "a creation may begin after its end, and not be known for it"
    if expanded["Resources"]["OAuthClient"].get("DependsOn") != "SetupFunctionEventInvokeConfig":
        yield "the first event may be sent again"
    if function["LoggingConfig"].get("LogGroup") != {"Ref": "SetupLogGroup"}:
        yield "the log is kept for ever"
    if "RetentionInDays" not in expanded["Resources"]["SetupLogGroup"]["Properties"]:
        yield "the log is kept for ever"
    for name, replaced in KEPT.items():
        resource = expanded["Resources"][name]
        if (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) != ("RetainExceptOnCreate", replaced):
            yield f"links end with {name}"
    for name, resource in expanded["Resources"].items():
        if not resource["Type"].startswith("Custom::"):
            continue
        properties = resource["Properties"]
        if resource["Type"] not in CUSTOM:
            yield f"nobody makes {name}"
        elif missing := set(properties) ^ asked_for(CUSTOM[resource["Type"]], properties):
            yield f"{name}: {missing}"
        if not age + function["Timeout"] < properties.get("ServiceTimeout", 3600) <= 300:
            yield f"CloudFormation gives {name} up too soon, or too late"
        if resource.get("Condition") != "Linked":
            yield f"{name} is there before it can be"
    if {"Ref": "OAuthClient"} in (properties := expanded["Resources"]["AccountLinking"]["Properties"]).values():
        yield f"no client is called so: {properties}"
    if "{{resolve" in json.dumps(list(r for r in expanded["Resources"].values() if r["Type"] != "Alexa::ASK::Skill")):
        yield "a secret is told"
    for name, parameter in expanded["Parameters"].items():
        if "ecret" in name and not (name in SECRETS and parameter["AllowedPattern"].startswith("^arn:aws:secretsmanager:")):
            yield f"{name} may be a secret"
    if "ecret" in json.dumps(function.get("Environment", {})):
        yield "a variable may be a secret"


def late():
    """For how many seconds the function takes a creation for one that was undone."""
    text = (ROOT / "crates/setup/src/turn.rs").read_text()
    (seconds,) = re.findall(r"const LATE: Duration = Duration::from_secs\((\d+)\);", text)
    return int(seconds)


def asked_for(module, given):
    """The properties that the function reads: all that it must have, and those of the others that are given."""
    text = (ROOT / f"crates/setup/src/{module}.rs").read_text()
    (body,) = re.findall(r"\nstruct Properties \{\n(.*?)\n\}", text, re.S)
    fields = dict(re.findall(r"^    (\w+): (.+),$", body, re.M))
    names = {"".join(part.capitalize() for part in name.split("_")): kind for name, kind in fields.items()}
    optional = {name for name, kind in names.items() if kind.startswith("Option<") or kind == "IgnoredAny"}
    return names.keys() - optional | optional & given.keys()


def resource(name, **changed):
    def mutate(template):
        template["Resources"][name].update(changed)

    return mutate


def properties(name, **changed):
    def mutate(template):
        template["Resources"][name]["Properties"].update(changed)

    return mutate


def without(name, key):
    def mutate(template):
        del template["Resources"][name]["Properties"][key]

    return mutate


def statement(role, policy, number, **changed):
    def mutate(template):
        policies = template["Resources"][role]["Properties"]["Policies"]
        policies[policy]["PolicyDocument"]["Statement"][number].update(changed)

    return mutate


def trust(role, service):
    def mutate(template):
        (trusted,) = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        trusted["Principal"] = {"Service": service}

    return mutate


EXCESSES = {
    "every secret": statement("SetupRole", 1, 0, Resource="*"),
    "writing others' secrets": statement("SetupRole", 1, 1, Resource=[{"Ref": "ClientSecret"}, {"Ref": "LwaSecretArn"}]),
    "everything with secrets": statement("SetupRole", 1, 0, Action="secretsmanager:*"),
    "every log": statement("SetupRole", 0, 0, Resource="*"),
    "the whole bucket": statement("PackageRole", 0, 0, Resource={"Fn::Sub": "arn:aws:s3:::${PackageBucket}/*"}),
    "a package that can be written": statement("PackageRole", 0, 0, Action="s3:*"),
    "the function as Alexa": trust("PackageRole", "lambda.amazonaws.com"),
    "Alexa as the function": trust("SetupRole", "alexa-appkit.amazon.com"),
    "AWS's policy": properties("SetupRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/SecretsManagerReadWrite"]),
    "a role that SAM makes": without("SetupFunction", "Role"),
    "a public URL": properties("SetupFunction", FunctionUrlConfig={"AuthType": "NONE"}),
    "custom skills": properties("SetupFunction", Events={"Alexa": {"Type": "AlexaSkill"}}),
}

FAULTS = {
    "AWS's retries": without("SetupFunction", "EventInvokeConfig"),
    "events that come after hours": properties("SetupFunction", EventInvokeConfig={"MaximumRetryAttempts": 0}),
    "events that come after what the function calls late": lambda template: [
        properties(name, ServiceTimeout=300)(template) for name in ("OAuthClient", "AccountLinking")
    ]
    + [template["Resources"]["SetupFunction"]["Properties"]["EventInvokeConfig"].update(MaximumEventAgeInSeconds=90)],
    "an end before the last moment of a creation": properties("AccountLinking", ServiceTimeout=120),
    "a client by what it is called": properties("AccountLinking", ClientId={"Ref": "OAuthClient"}),
    "retries until it is too late": resource("OAuthClient", DependsOn="SetupRole"),
    "a log that Lambda makes": properties("SetupFunction", LoggingConfig={"LogFormat": "JSON"}),
    "a log for ever": without("SetupLogGroup", "RetentionInDays"),
    "a skill that goes with the stack": resource("Skill", DeletionPolicy="Delete"),
    "a skill that stays where nothing came about": resource("Skill", DeletionPolicy="Retain"),
    "a client that goes with the stack": resource("OAuthClient", DeletionPolicy="Delete"),
    "a secret that goes with the stack": resource("ClientSecret", DeletionPolicy="Delete"),
    "linking that ends with its replacement": resource("AccountLinking", UpdateReplacePolicy="Delete"),
    "an hour": without("OAuthClient", "ServiceTimeout"),
    "less than the function needs": properties("SetupFunction", Timeout=150),
    "a client before its redirect": resource("OAuthClient", Condition=None),
    "a misspelt property": properties("OAuthClient", RedirectURI="https://a.example"),
    "a property that is missing": without("AccountLinking", "ClientSecretArn"),
    "a resource of nobody's": resource("OAuthClient", Type="Custom::OAuthClient"),
    "a secret in a property": properties(
        "OAuthClient", Name={"Fn::Sub": "{{resolve:secretsmanager:${ParticleSecretArn}:SecretString:accessToken}}"}
    ),
    "a secret in a variable": properties("SetupFunction", Environment={"Variables": {"A": {"Ref": "ClientSecret"}}}),
    "a secret as a parameter": lambda template: template["Parameters"].update(ParticleSecret={"Type": "String"}),
    "any text as a secret's ARN": lambda template: template["Parameters"]["LwaSecretArn"].update(AllowedPattern=".*"),
}


def reduced(expanded):
    """What SAM makes of the template, without what changes with every build."""
    kept = {}
    for name, made in expanded["Resources"].items():
        made = json.loads(json.dumps(made))
        for key in ("Code", "Tags"):
            made["Properties"].pop(key, None)
        kept[name] = made
    return json.dumps(kept, indent=2) + "\n"


class Linking(unittest.TestCase):
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

    def test_everybody_may_what_they_need_and_no_more(self):
        self.assertEqual(list(excesses(expand(source()))), [])

    def test_every_excess_is_found(self):
        self.found(excesses, EXCESSES)

    def test_nothing_waits_ends_or_tells(self):
        self.assertEqual(list(faults(expand(source()))), [])

    def test_every_fault_is_found(self):
        self.found(faults, FAULTS)

    def test_the_endpoints_come_with_the_second_deployment(self):
        expanded = expand(source())
        properties = of_kind("Alexa::ASK::Skill", expanded)["Skill"]["SkillPackage"]
        package = json.loads((ROOT / "skill-package/skill.json").read_text())["manifest"]["apis"]["smartHome"]
        # The package itself has none: the first deployment is refused otherwise.
        self.assertNotIn("endpoint", package)
        na, eu, fe = (f"arn:aws:lambda:{region}:123456789012:function:skill:live" for region in REGIONS)
        for given, regions in [
            ({"": na}, {}),
            ({"": eu}, {}),
            ({"": na, "NA": na, "EU": eu}, {"NA": na, "EU": eu}),
            ({"": na, "FE": fe}, {"FE": fe}),
            ({"": na, "NA": na, "EU": eu, "FE": fe}, {"NA": na, "EU": eu, "FE": fe}),
        ]:
            with self.subTest(given=given):
                parameters = {f"SkillEndpoint{region}": arn for region, arn in given.items()}
                wanted = package | {"endpoint": {"uri": given[""]}}
                if regions:
                    wanted["regions"] = {region: {"endpoint": {"uri": arn}} for region, arn in regions.items()}
                made = chosen(properties, expanded, parameters)["Overrides"]
                self.assertEqual(made, {"Manifest": {"apis": {"smartHome": wanted}}})
                for name, arn in parameters.items():
                    self.assertRegex(arn, expanded["Parameters"][name]["AllowedPattern"])
        self.assertNotIn("Overrides", chosen(properties, expanded, {}))

    def test_a_region_has_only_functions_of_its_own(self):
        parameters = source()["Parameters"]
        for region, own in zip(["NA", "EU", "FE"], REGIONS):
            pattern = parameters[f"SkillEndpoint{region}"]["AllowedPattern"]
            for other in REGIONS:
                arn = f"arn:aws:lambda:{other}:123456789012:function:skill:live"
                self.assertEqual(bool(re.match(pattern, arn)), other == own, arn)

    def test_a_region_needs_the_function_of_all_others(self):
        rule = source()["Rules"]["Default"]
        needed = [{"Fn::Equals": [{"Ref": f"SkillEndpoint{region}"}, ""]} for region in ["NA", "EU", "FE"]]
        self.assertEqual(rule["RuleCondition"], {"Fn::Equals": [{"Ref": "SkillEndpoint"}, ""]})
        self.assertEqual([part["Assert"] for part in rule["Assertions"]], needed)

    def test_what_one_stack_tells_the_other_takes(self):
        other = read()
        for name in ("SkillEndpoint", "AlexaAuthorizationUri", "ParticleRedirectUri"):
            self.assertIn(name, other["Outputs"])
            told = [p["Description"] for p in source()["Parameters"].values() if f"output {name} " in p.get("Description", "")]
            self.assertEqual(len(told), 1, name)
        for name, output in source()["Outputs"].items():
            for wanted in re.findall(r"parameter (\w+) of template.yaml", output["Description"]):
                self.assertIn(wanted, other["Parameters"], name)


if __name__ == "__main__":
    unittest.main()
