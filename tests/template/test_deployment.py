"""A stack from the built package: created, updated and deleted with `sam deploy` and `sam delete`, against a simulator of AWS.

The simulator is MiniStack, on loopback. How far it goes, as of 1.5.33:

- It evaluates parameters, rules, conditions and outputs, and expands the template with SAM's own translator.
- It creates, updates and deletes every resource of the template, in the order of their references; only alarms on an
  expression it refuses, so the stack here has `Metrics=off`. A version that is replaced moves the alias.
- It runs the functions: the built binaries, with the environment of the stack, behind the alias and the function URL, whose
  events are its own rendering of Lambda's.
- It keeps resource policies word for word, and enforces none: that they are the right ones is what test_template.py proves.
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


class Deployment(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        program = shutil.which("ministack")
        missing = None
        if program is None:
            missing = "there is no ministack: pip install -r .ci/requirements-ministack.txt, in an environment of its own"
        if not (ROOT / ".aws-sam/build/template.yaml").exists():
            missing = "nothing has been built: sam build"
        if missing:
            raise AssertionError(missing) if os.environ.get("CI") else unittest.SkipTest(missing)
        # As somebody does who has no Rust: from the archive alone.
        subprocess.run([ROOT / ".ci/bundle", folder.name], check=True, stdout=subprocess.DEVNULL)
        (archive,) = pathlib.Path(folder.name).glob(f"{BUNDLE_NAME}.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder.name, filter="data")
        (cls.bundle,) = (path for path in pathlib.Path(folder.name).glob(BUNDLE_NAME) if path.is_dir())
        cls.aws = Aws(program, folder.name)
        cls.addClassCleanup(cls.aws.stop)

    def sam(self, *arguments, **overrides):
        if overrides:
            arguments += ("--parameter-overrides", *(f"{name}={value}" for name, value in overrides.items()))
        environment = {**os.environ, "AWS_ENDPOINT_URL": self.aws.url, "SAM_CLI_TELEMETRY": "0", **self.aws.credentials}
        done = subprocess.run(
            ["sam", *arguments], cwd=self.bundle, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

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


if __name__ == "__main__":
    unittest.main()
