"""checkov's rules for CloudFormation on both templates as SAM expands them, with an exception and its reason for each finding.

An exception that nothing needs any more fails, too.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from expansion import ROOT, TEMPLATE, expand, source

NO_DEAD_LETTERS = "it is only invoked for an answer; a queue takes what was invoked without waiting for one"
NO_VPC = "it talks to the Internet alone; in a VPC that would take a NAT gateway, and all calls would leave by one address"
NO_SECRETS = "no variable is a secret, and AWS encrypts them with a key of its own"
NO_OWN_KEY = "a record holds no secret, and AWS encrypts it with a key of its own; another key costs by the month"

TEMPLATE_EXCEPTIONS = {
    ("CKV_AWS_116", "SkillFunction"): NO_DEAD_LETTERS,
    ("CKV_AWS_116", "RelayFunction"): NO_DEAD_LETTERS,
    ("CKV_AWS_117", "SkillFunction"): NO_VPC,
    ("CKV_AWS_117", "RelayFunction"): NO_VPC,
    ("CKV_AWS_173", "SkillFunction"): NO_SECRETS,
    ("CKV_AWS_173", "RelayFunction"): NO_SECRETS,
    ("CKV_AWS_158", "SkillLogGroup"): NO_OWN_KEY,
    ("CKV_AWS_158", "RelayLogGroup"): NO_OWN_KEY,
    ("CKV_AWS_115", "SkillFunction"): "only Alexa can call it; a limit would refuse customers, and a new account has none to give",
    ("CKV_AWS_258", "RelayFunctionUrl"): "a customer's browser signs nothing",
    ("CKV_AWS_26", "AlarmTopic"): "an alarm could not publish to it; it says which figure passed which limit",
}

LINKING_EXCEPTIONS = {
    ("CKV_AWS_115", "SetupFunction"): "CloudFormation alone calls it, once for each resource; a new account has no concurrency to give",
    ("CKV_AWS_116", "SetupFunction"): "CloudFormation waits for an answer, and nobody would read a queue meanwhile",
    ("CKV_AWS_117", "SetupFunction"): NO_VPC,
    ("CKV_AWS_173", "SetupFunction"): NO_SECRETS,
    ("CKV_AWS_158", "SetupLogGroup"): NO_OWN_KEY,
    ("CKV_AWS_149", "ClientSecret"): "AWS encrypts it with a key of its own; another key costs by the month",
}


def findings(template):
    program = shutil.which("checkov")
    if program is None:
        missing = "there is no checkov: pip install -r .ci/requirements-checkov.txt, in an environment of its own"
        raise AssertionError(missing) if os.environ.get("CI") else unittest.SkipTest(missing)
    with tempfile.TemporaryDirectory() as folder:
        expanded = pathlib.Path(folder, "expanded.json")
        expanded.write_text(json.dumps(expand(source(template))))
        # Its guidelines and platform are on the network, and not needed.
        arguments = ["--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--soft-fail"]
        output = subprocess.run(
            [program, *arguments, "--output", "json", "--file", expanded], stdout=subprocess.PIPE, text=True, check=True
        )
    results = json.loads(output.stdout)["results"]
    return {
        (finding["check_id"], finding["resource"].split(".")[-1]): finding["check_name"] for finding in results["failed_checks"]
    }


class Checkov(unittest.TestCase):
    maxDiff = None

    def test_each_finding_has_a_reason(self):
        for template, exceptions in [(TEMPLATE, TEMPLATE_EXCEPTIONS), (ROOT / "linking.yaml", LINKING_EXCEPTIONS)]:
            with self.subTest(template.name):
                found = findings(template)
                self.assertEqual({key: found[key] for key in found.keys() - exceptions.keys()}, {}, "new findings")
                without = {key: exceptions[key] for key in exceptions.keys() - found.keys()}
                self.assertEqual(without, {}, "exceptions without a cause")


if __name__ == "__main__":
    unittest.main()
