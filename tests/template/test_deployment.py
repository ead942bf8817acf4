"""A stack from the built package: created, updated and deleted with `sam deploy` and `sam delete`, against a simulator of AWS.

The simulator is MiniStack, on loopback. How far it goes, as of 1.5.33:

- It evaluates parameters, rules, conditions and outputs, and expands the template with SAM's own translator.
- It creates, updates and deletes every resource of the template, in the order of their references; only alarms on an
  expression it refuses, so the stack here has `Metrics=off` and no `DurationAlarm`. A version that is replaced moves the
  alias.
- It runs the functions: the built binaries, with the environment of the stack, behind the alias and the function URL, whose
  events are its own rendering of Lambda's.
- It keeps resource policies word for word, and enforces none: that they are the right ones is what test_template.py proves.
- It invokes the function of a custom resource, waits for the answer at the address in the event, and goes by it: an update in
  place, a replacement with the deletion of what was replaced, a rollback with the deletion of what was made, a resource that
  is taken out and stays by its policy. It waits for the invocation and sends each event once.
- It knows no `Alexa::ASK::Skill`, so the stack of linking.yaml is here without the skill, and its account linking only fails;
  how that goes well is what crates/setup/tests shows, against a simulated Alexa. Between a condition that was true and one that
  is not it sees no change, so a resource is taken out of the template. It refers to a secret by its name instead of its ARN,
  and lets a version of a secret be written twice, so that two events at once are crates/setup/tests' affair, too.
- It writes the principal of a service as an account's, keeps the policy of the alias at the function too, limits neither
  time nor memory, and sends no mail. Log lines of the functions are not compared here.
"""

import io
import json
import os
import pathlib
import platform
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zipfile

import boto3
from botocore.exceptions import ClientError
from expansion import REGIONS, ROOT, source
from samtranslator.yaml_helper import yaml_parse

SKILL = "amzn1.ask.skill.00000000-0000-0000-0000-000000000001"
VENDOR = "M1EXAMPLE00001"
# The relay's redirects, in the order of the regions.
HOSTS = ["pitangui.amazon.com", "layla.amazon.com", "alexa.amazon.co.jp"]
STACK = "alexa-for-particle"
# Nobody listens there, so the skill answers at once, and nothing leaves this machine.
NOWHERE = "https://127.0.0.1:1"
BUNDLE_NAME = f"alexa-for-particle-*-{'x86_64' if platform.machine() == 'x86_64' else 'arm64'}"


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Aws:
    """MiniStack on a port of its own, with nothing kept after it ends."""

    def __init__(self, program, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "LOG_LEVEL": "ERROR"}
        self.credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, **own, **self.credentials}
        self.log = open(pathlib.Path(folder, "ministack.log"), "w+")
        self.process = subprocess.Popen([program], env=environment, cwd=folder, stdout=self.log, stderr=self.log)
        ends = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < ends:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"MiniStack did not start:\n{pathlib.Path(self.log.name).read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def client(self, service, region):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def get(self, url, path):
        """Asks a function URL, by the path that stands for its host name here."""
        (own, _) = url.removeprefix("https://").split(".", 1)
        request = urllib.request.Request(f"{self.url}/_aws/lambda-url/{own}{path}")
        try:
            return urllib.request.build_opener(NoRedirects).open(request, timeout=60)
        except urllib.error.HTTPError as answer:
            return answer


class OnMiniStack(unittest.TestCase):
    """What has an AWS of its own, and a folder to deploy from."""

    maxDiff = None

    @classmethod
    def begin(cls, needed):
        """Starts it where what is needed is there: files, and how they are made."""
        program = shutil.which("ministack")
        missing = None
        if program is None:
            missing = "there is no ministack: pip install -r .ci/requirements-ministack.txt, in an environment of its own"
        for file, command in needed.items():
            if not pathlib.Path(file).exists():
                missing = f"there is no {file}: {command}"
        if missing:
            raise AssertionError(missing) if os.environ.get("CI") else unittest.SkipTest(missing)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.aws = Aws(program, folder.name)
        cls.addClassCleanup(cls.aws.stop)

    def sam(self, *arguments, **overrides):
        if overrides:
            arguments += ("--parameter-overrides", *(f"{name}={value}" for name, value in overrides.items()))
        environment = {**os.environ, "AWS_ENDPOINT_URL": self.aws.url, "SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "1", **self.aws.credentials}
        done = subprocess.run(
            ["sam", *arguments], cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout


class Deployment(OnMiniStack):
    @classmethod
    def setUpClass(cls):
        cls.begin({ROOT / ".aws-sam/build/template.yaml": "sam build"})
        # As somebody does who has no Rust: from the archive alone.
        subprocess.run([ROOT / ".ci/bundle", cls.folder], check=True, stdout=subprocess.DEVNULL)
        (archive,) = cls.folder.glob(f"{BUNDLE_NAME}.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(cls.folder, filter="data")
        (cls.folder,) = (path for path in cls.folder.glob(BUNDLE_NAME) if path.is_dir())
        file = cls.folder / "template.yaml"
        template = yaml_parse(file.read_text())
        del template["Resources"]["DurationAlarm"]
        file.write_text(json.dumps(template))

    def deploy(self, environment, **overrides):
        (status, said) = self.sam("deploy", "--config-env", environment, AlexaSkillId=SKILL, ParticleApiUrl=NOWHERE, **overrides)
        self.assertEqual(status, 0, said)

    def outputs(self, region):
        (stack,) = self.aws.client("cloudformation", region).describe_stacks(StackName=STACK)["Stacks"]
        self.assertIn(stack["StackStatus"], ("CREATE_COMPLETE", "UPDATE_COMPLETE"))
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def test_a_stack_lives_and_dies(self):
        region = REGIONS[0]
        function = self.aws.client("lambda", region)
        self.deploy("na", AlexaVendorId=VENDOR, AlarmEmail="a@example.com", Dashboard="on", Tracing="on")
        outputs = self.outputs(region)

        relay = outputs["AlexaAuthorizationUri"].removesuffix("authorize")
        self.assertRegex(relay, r"^https://\w+\.lambda-url\.us-east-1\.on\.aws/$")
        self.assertEqual(outputs["ParticleRedirectUri"], f"{relay}callback")
        self.assertEqual(outputs["AlexaRedirectUri"], f"https://{HOSTS[0]}/api/skill/link/{VENDOR}")
        self.assertEqual(outputs["ParticleAccessTokenUri"], f"{NOWHERE}/oauth/token")

        skill = outputs["SkillEndpoint"]
        (statement,) = json.loads(function.get_policy(FunctionName=skill)["Policy"])["Statement"]
        self.assertEqual(statement["Condition"], {"StringEquals": {"lambda:EventSourceToken": SKILL}})
        self.assertEqual(statement["Resource"], skill)
        self.directive(function, skill)
        self.link(relay)

        (version, *_) = function.list_aliases(FunctionName=skill.removesuffix(":live"))["Aliases"]
        self.deploy("na", AlexaVendorId=VENDOR, LinkRelay="off", LogLevel="DEBUG")
        changed = self.outputs(region)
        self.assertEqual(changed["SkillEndpoint"], skill, "the skill keeps its endpoint")
        self.assertEqual(changed["AlexaAuthorizationUri"], f"{NOWHERE}/oauth/authorize")
        self.assertEqual(changed["ParticleRedirectUri"], changed["AlexaRedirectUri"])
        (alias, *_) = function.list_aliases(FunctionName=skill.removesuffix(":live"))["Aliases"]
        self.assertNotEqual(alias["FunctionVersion"], version["FunctionVersion"], "a setting reaches the alias")
        settings = function.get_function_configuration(FunctionName=skill)
        self.assertEqual(settings["Environment"]["Variables"]["LOG_LEVEL"], "DEBUG")
        self.assertEqual(len(function.list_functions()["Functions"]), 1, "the relay is gone")
        self.directive(function, skill)

        (status, said) = self.sam("delete", "--no-prompts", "--stack-name", STACK, "--region", region)
        self.assertEqual(status, 0, said)
        for service, look, found in [
            ("lambda", "list_functions", "Functions"),
            ("logs", "describe_log_groups", "logGroups"),
            ("iam", "list_roles", "Roles"),
            ("cloudwatch", "describe_alarms", "MetricAlarms"),
            ("cloudwatch", "list_dashboards", "DashboardEntries"),
            ("sns", "list_topics", "Topics"),
        ]:
            self.assertEqual(getattr(self.aws.client(service, region), look)()[found], [], found)

    def test_every_region_of_alexas_and_no_other(self):
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("bootstrap", "")
        for region, host in zip(REGIONS, HOSTS):
            storage = self.aws.client("s3", region)
            place = {} if region == REGIONS[0] else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            storage.create_bucket(Bucket=f"code-{region}", **place)
            storage.put_object(Bucket=f"code-{region}", Key="key", Body=code.getvalue())
            stacks = self.create(region)
            stacks.get_waiter("stack_create_complete").wait(StackName="other", WaiterConfig={"Delay": 1})
            (stack,) = stacks.describe_stacks(StackName="other")["Stacks"]
            outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
            self.assertEqual(outputs["AlexaRedirectUri"], f"https://{host}/api/skill/link/{VENDOR}")
            self.assertEqual(outputs["SkillEndpoint"].split(":")[3], region)
            stacks.delete_stack(StackName="other")
        with self.assertRaisesRegex(ClientError, "Alexa calls smart home functions only in"):
            self.create("eu-central-1")

    def create(self, region):
        stacks = self.aws.client("cloudformation", region)
        template = json.dumps(source()).replace("s3://bucket/", f"s3://code-{region}/")
        parameters = {"AlexaSkillId": SKILL, "AlexaVendorId": VENDOR}
        stacks.create_stack(
            StackName="other",
            TemplateBody=template,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        return stacks

    def directive(self, function, skill):
        event = (ROOT / "events/PowerController.TurnOn.json").read_bytes()
        invoked = function.invoke(FunctionName=skill, Payload=event)
        answer = json.loads(invoked["Payload"].read())
        self.assertEqual(answer["event"]["header"]["name"], "ErrorResponse", answer)
        self.assertEqual(answer["event"]["payload"]["type"], "BRIDGE_UNREACHABLE", "nobody listens there")

    def link(self, relay):
        with self.aws.get(relay, "/healthz") as answer:
            self.assertEqual((answer.status, answer.read()), (200, b"ok\n"))
        for host in HOSTS:
            redirect = f"https%3A%2F%2F{host}%2Fapi%2Fskill%2Flink%2F{VENDOR}"
            with self.aws.get(relay, f"/authorize?client_id=a-1&redirect_uri={redirect}&state=a%2Bb%3D") as answer:
                self.assertEqual(answer.status, 302)
                (place, query) = answer.headers["Location"].split("?")
                self.assertEqual(place, f"{NOWHERE}/oauth/authorize")
                packed = query.rsplit("state=")[1]
                self.assertTrue(answer.headers["Set-Cookie"].startswith(f"__Host-ps={packed};"))
            with self.aws.get(relay, f"/callback?code=c&state={packed}") as answer:
                back = f"https://{host}/api/skill/link/{VENDOR}?state=a%2Bb%3D&code=c"
                self.assertEqual(answer.headers["Location"], back)
        with self.aws.get(relay, "/authorize?redirect_uri=https%3A%2F%2Fevil.example&state=s") as answer:
            self.assertEqual((answer.status, answer.headers["Location"]), (400, None))


class Linking(OnMiniStack):
    """linking.yaml without the skill, for a client of the simulated Particle cloud, and an Alexa that cannot be reached."""

    @classmethod
    def setUpClass(cls):
        built = ROOT / ".aws-sam/linking/template.yaml"
        program = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "debug/particle-alexa")
        cls.begin({built: "sam build --template linking.yaml --build-dir .aws-sam/linking", program: "cargo build --package particle-alexa"})
        shutil.copytree(built.parent / "SetupFunction", cls.folder / "SetupFunction")
        cls.template = yaml_parse(built.read_text())
        cls.particle = subprocess.Popen(
            [program, "simulate", "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, text=True
        )
        cls.addClassCleanup(cls.particle.stdout.close)
        cls.addClassCleanup(cls.particle.wait)
        cls.addClassCleanup(cls.particle.terminate)
        cls.cloud = json.loads(cls.particle.stdout.readline())

    def clients(self):
        """The OAuth clients at Particle: ids, and names."""
        request = urllib.request.Request(f"{self.cloud['url']}/v1/clients", headers={"Authorization": f"Bearer {self.cloud['token']}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return {client["id"]: client["name"] for client in json.load(answer)["clients"]}

    def deploy(self, custom=("OAuthClient",), **parameters):
        """Deploys with these custom resources. The exit status, and what `sam` said."""
        text = json.dumps(self.template).replace('{"Ref": "Skill"}', json.dumps(SKILL))
        # At AWS both are the ARN; here the former is a name.
        template = json.loads(text.replace('{"Ref": "ClientSecret"}', '{"Fn::GetAtt": ["ClientSecret", "Id"]}'))
        del template["Resources"]["Skill"]
        del template["Parameters"]["ParticleApiUrl"]["AllowedPattern"]
        for name in {"OAuthClient", "AccountLinking"} - set(custom):
            del template["Resources"][name]
        if "OAuthClient" not in custom:
            del template["Outputs"]["OAuthClientId"]
        nowhere = {name: NOWHERE for name in ("ASK_SMAPI_SERVER_BASE_URL", "ASK_LWA_TOKEN_HOST")}
        variables = template["Resources"]["SetupFunction"]["Properties"]["Environment"]["Variables"]
        variables.update(AWS_ENDPOINT_URL=self.aws.url, **nowhere)
        (self.folder / "template.json").write_text(json.dumps(template))
        return self.sam(
            *("deploy", "--template-file", "template.json", "--stack-name", "linking", "--region", REGIONS[0]),
            *("--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-progressbar"),
            **self.parameters | parameters,
        )

    def deployed(self, **parameters):
        (status, said) = self.deploy(**parameters)
        self.assertEqual(status, 0, said)
        (stack,) = self.aws.client("cloudformation", REGIONS[0]).describe_stacks(StackName="linking")["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def test_a_client_comes_and_goes_with_its_stack(self):
        secrets = self.aws.client("secretsmanager", REGIONS[0])
        lwa = {name: "none" for name in ("clientId", "clientSecret", "refreshToken")}
        arns = {
            parameter: secrets.create_secret(Name=parameter, SecretString=json.dumps(value))["ARN"]
            for parameter, value in [("LwaSecretArn", lwa), ("ParticleSecretArn", {"accessToken": self.cloud["token"]})]
        }
        self.parameters = dict(VendorId=VENDOR, PackageBucket="bucket", PackageKey="key", **arns)
        self.parameters["ParticleApiUrl"] = self.cloud["url"]
        before = self.clients()
        outputs = self.deployed()
        self.assertNotIn("OAuthClientId", outputs)
        secret = outputs["OAuthClientSecretArn"]
        self.assertEqual(self.clients(), before)

        linked = dict(
            SkillEndpoint="arn:aws:lambda:us-east-1:123456789012:function:skill:live",
            AuthorizationUri="https://relay.example/authorize",
            RedirectUri="https://relay.example/callback",
        )
        (status, said) = self.deploy(custom=("OAuthClient", "AccountLinking"), **linked)
        self.assertNotEqual(status, 0, said)
        events = self.aws.client("cloudformation", REGIONS[0]).describe_stack_events(StackName="linking")["StackEvents"]
        (reason,) = [e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "UPDATE_FAILED"]
        self.assertIn("127.0.0.1 cannot be reached", reason)
        self.assertEqual(self.clients(), before, "what was made goes when the linking fails")

        client = self.deployed(**linked)["OAuthClientId"]
        self.assertEqual(self.clients(), before | {client: "My Particle Home"})
        self.assertEqual(json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["clientId"], client)
        self.assertEqual(self.deployed(**linked, ClientName="Home")["OAuthClientId"], client)
        self.assertEqual(self.clients(), before | {client: "Home"})

        linked["RedirectUri"] = "https://other.example/callback"
        other = self.deployed(**linked, ClientName="Home")["OAuthClientId"]
        self.assertNotEqual(other, client)
        self.assertEqual(self.clients(), before | {other: "Home"}, "the one before is gone")

        self.deployed(custom=())
        self.assertEqual(self.deployed(**linked, ClientName="Home")["OAuthClientId"], other, "it stayed, and is taken again")
        (status, said) = self.sam("delete", "--no-prompts", "--stack-name", "linking", "--region", REGIONS[0])
        self.assertEqual(status, 0, said)
        self.assertEqual(self.clients(), before | {other: "Home"}, "links stay")


if __name__ == "__main__":
    unittest.main()
