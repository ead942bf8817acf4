//! What can be asked for: SMAPI's operations, under the names that Amazon's SDKs give them, and LWA's.

use std::fmt;

use serde::Serialize;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $label:literal: $method:literal $path:expr;)*) => {
        /// One thing to ask for.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Operation {
            $($(#[$doc])* $name,)*
        }

        impl Operation {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Amazon's name for it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The HTTP method.
            #[must_use]
            pub const fn method(self) -> &'static str {
                match self { $(Self::$name => $method,)* }
            }

            /// The path, with its parameters in braces.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

pub(crate) const VENDORS: &str = "/v1/vendors";
pub(crate) const SKILLS: &str = "/v1/skills";
pub(crate) const SKILL: &str = "/v1/skills/{skillId}";
pub(crate) const STATUS: &str = "/v1/skills/{skillId}/status";
pub(crate) const MANIFEST: &str = "/v1/skills/{skillId}/stages/{stage}/manifest";
pub(crate) const ACCOUNT_LINKING: &str = "/v1/skills/{skillId}/stages/{stage}/accountLinkingClient";
pub(crate) const ENABLEMENT: &str = "/v1/skills/{skillId}/stages/{stage}/enablement";
pub(crate) const CREDENTIALS: &str = "/v1/skills/{skillId}/credentials";
pub(crate) const UPLOADS: &str = "/v1/skills/uploads";
pub(crate) const UPLOADED: &str = "/uploads/{uploadId}";
pub(crate) const IMPORTS: &str = "/v1/skills/imports";
pub(crate) const IMPORT: &str = "/v1/skills/imports/{importId}";
pub(crate) const SKILL_IMPORTS: &str = "/v1/skills/{skillId}/imports";
pub(crate) const TOKEN: &str = "/auth/o2/token";

operations! {
    /// The vendors that the token's owner acts for.
    GetVendorList = "getVendorList": "GET" VENDORS;
    /// The vendor's skills.
    ListSkillsForVendor = "listSkillsForVendor": "GET" SKILLS;
    /// A new skill.
    CreateSkillForVendor = "createSkillForVendor": "POST" SKILLS;
    /// The end of a skill.
    DeleteSkill = "deleteSkill": "DELETE" SKILL;
    /// How far the last change of the manifest is.
    GetSkillStatus = "getSkillStatus": "GET" STATUS;
    /// The manifest.
    GetSkillManifest = "getSkillManifest": "GET" MANIFEST;
    /// Another manifest.
    UpdateSkillManifest = "updateSkillManifest": "PUT" MANIFEST;
    /// A place to upload a package to.
    CreateUploadUrl = "createUploadUrl": "POST" UPLOADS;
    /// The upload of a package, to the place that was given.
    PutObject = "putObject": "PUT" UPLOADED;
    /// A new skill of a package.
    CreateSkillPackage = "createSkillPackage": "POST" IMPORTS;
    /// Another package for a skill.
    ImportSkillPackage = "importSkillPackage": "POST" SKILL_IMPORTS;
    /// How far an import is.
    GetImportStatus = "getImportStatus": "GET" IMPORT;
    /// The account-linking configuration, as far as it is told.
    GetAccountLinkingInfo = "getAccountLinkingInfo": "GET" ACCOUNT_LINKING;
    /// Another account-linking configuration.
    UpdateAccountLinkingInfo = "updateAccountLinkingInfo": "PUT" ACCOUNT_LINKING;
    /// No account linking any more.
    DeleteAccountLinkingInfo = "deleteAccountLinkingInfo": "DELETE" ACCOUNT_LINKING;
    /// Whether the developer has enabled the skill.
    GetSkillEnablementStatus = "getSkillEnablementStatus": "GET" ENABLEMENT;
    /// Enable it for the developer.
    SetSkillEnablement = "setSkillEnablement": "PUT" ENABLEMENT;
    /// Disable it for the developer.
    DeleteSkillEnablement = "deleteSkillEnablement": "DELETE" ENABLEMENT;
    /// The skill-messaging client.
    GetSkillCredentials = "getSkillCredentials": "GET" CREDENTIALS;
    /// Login with Amazon's token endpoint.
    Token = "token": "POST" TOKEN;
}

impl Operation {
    /// What a method asks of a route.
    pub(crate) fn find(method: &str, route: &str) -> Option<Self> {
        let asked = |operation: &&Self| operation.method() == method && operation.path() == route;
        Self::ALL.iter().find(asked).copied()
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
