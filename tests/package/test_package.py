"""What goes to Alexa as it is, read with the models that Amazon publishes for her Skill Management API, and that nothing of
one's own skill is committed by the way.

A misspelt field lints well as JSON, and Alexa's answer to it is terse. So each file is read into Amazon's classes and
written back: what is not in her models is lost on the way, and shows. Each mistake is made once, to see it found.
"""

import copy
import json
import os
import pathlib
import subprocess
import sys
import unittest

try:
    from ask_sdk_model_runtime.serializer import DefaultSerializer
    from ask_smapi_model.v1.skill.account_linking import AccountLinkingRequest
    from ask_smapi_model.v1.skill.manifest import SkillManifestEnvelope
except ImportError:
    if os.environ.get("CI"):
        raise
    print("skipped: Amazon's models are not there; pip install -r .ci/requirements.txt")
    sys.exit()

ROOT = pathlib.Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "skill-package/skill.json").read_text())
LINKING = json.loads((ROOT / "account-linking.json").read_text())


def lost(value, model):
    """What of a value is not in the model, or what the model refuses."""
    serializer = DefaultSerializer()
    try:
        read = serializer.deserialize(json.dumps(value), model)
        back = serializer.serialize(read)
    except Exception as error:  # noqa: BLE001: the serializer wraps whatever goes wrong in one class or another
        return str(error)
    return differences(value, back)


def differences(value, back, path=""):
    if isinstance(value, dict) and isinstance(back, dict):
        found = [differences(value[key], back.get(key), f"{path}.{key}") for key in value]
        return "; ".join(filter(None, found))
    # An empty list is written as none.
    return "" if value == back or (value == [] and back is None) else f"{path} is {back!r} and was {value!r}"


def changed(value, path, new):
    value = copy.deepcopy(value)
    *parents, name = path
    place = value
    for parent in parents:
        place = place[parent]
    place[name] = new
    return value


class Package(unittest.TestCase):
    def test_the_manifest_is_in_amazons_model(self):
        self.assertEqual(lost(MANIFEST, SkillManifestEnvelope), "")

    def test_account_linking_is_in_amazons_model(self):
        self.assertEqual(lost(LINKING, AccountLinkingRequest), "")

    def test_every_mistake_is_found(self):
        locale = ["manifest", "publishingInformation", "locales", "en-US"]
        request = ["accountLinkingRequest"]
        for model, value, path, new in [
            (SkillManifestEnvelope, MANIFEST, ["manifest", "apis", "smarthome"], {}),
            (SkillManifestEnvelope, MANIFEST, ["manifest", "apis", "smartHome", "protocolVersion"], "4"),
            (SkillManifestEnvelope, MANIFEST, ["manifest", "manifestVersion"], 1),
            (SkillManifestEnvelope, MANIFEST, ["manifest", "permissions"], [{"name": "alexa::events"}]),
            (SkillManifestEnvelope, MANIFEST, [*locale, "title"], "My Particle Home"),
            (SkillManifestEnvelope, {"skillManifest": MANIFEST["manifest"]}, ["x"], 1),
            (AccountLinkingRequest, LINKING, [*request, "authorisationUrl"], "https://api.particle.io"),
            (AccountLinkingRequest, LINKING, [*request, "type"], "CODE"),
            (AccountLinkingRequest, LINKING, [*request, "accessTokenScheme"], "BASIC"),
            (AccountLinkingRequest, LINKING["accountLinkingRequest"], ["type"], "AUTH_CODE"),
        ]:
            with self.subTest(path=path, new=new):
                self.assertNotEqual(lost(changed(value, path, new), model), "")

    def test_what_is_noted_of_ones_own_skill_is_not_committed(self):
        if not (ROOT / ".git").exists():
            self.skipTest("no clone")
        for name, ignored in [
            (".particle-alexa/state.json", True),
            (".ask/ask-states.json", True),
            ("alexa-for-particle-0.1.0-arm64.tar.gz", True),
            (".aws-sam/build/template.yaml", True),
            ("ask-resources.json", False),
            ("skill-package/skill.json", False),
        ]:
            asked = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", name], cwd=ROOT)
            self.assertEqual(asked.returncode, 0 if ignored else 1, name)


if __name__ == "__main__":
    unittest.main()
