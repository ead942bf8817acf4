//! Why AWS did not do what it was asked, out of what its tools complain of.

use crate::process::Failure;

/// Why AWS did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or not any more.
    #[error(
        "not signed in at AWS: run `aws sso login` or `aws configure`, and try `aws sts get-caller-identity` (`{command}` said: {complaint})"
    )]
    SignedOut {
        /// What was run.
        command: String,
        /// What it said.
        complaint: String,
    },
    /// Who is signed in may not do it.
    #[error("the one who is signed in at AWS may not do this: `{command}` said: {complaint}")]
    Denied {
        /// What was run.
        command: String,
        /// What it said.
        complaint: String,
    },
    /// There is no such thing.
    #[error("AWS has no such thing: `{command}` said: {complaint}")]
    NotFound {
        /// What was run.
        command: String,
        /// What it said.
        complaint: String,
    },
    /// The answer is none that is known.
    #[error("the answer of `{command}` is not the one that AWS documents; is it a recent version?")]
    Unreadable {
        /// What was run.
        command: String,
    },
    /// The tool failed for another reason, or could not be run.
    #[error(transparent)]
    Tool(Failure),
}

/// What a complaint is about, by the codes of AWS and the words of botocore.
const SIGNED_OUT: &[&str] = &[
    "Unable to locate credentials",
    "ExpiredToken",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "The SSO session",
    "Token has expired",
    "Error when retrieving token from sso",
    "The config profile",
    "could not be found in the shared credentials",
    "AuthFailure",
    "SignatureDoesNotMatch",
];
const DENIED: &[&str] = &["AccessDenied", "is not authorized to perform", "Forbidden"];
const NOT_FOUND: &[&str] = &[
    "ResourceNotFoundException",
    "does not exist",
    "NotFoundException",
];

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let Failure::Failed { command, complaint } = failure else {
            return Self::Tool(failure);
        };
        let about = |signs: &[&str]| signs.iter().any(|sign| complaint.contains(sign));
        if about(SIGNED_OUT) {
            Self::SignedOut { command, complaint }
        } else if about(DENIED) {
            Self::Denied { command, complaint }
        } else if about(NOT_FOUND) {
            Self::NotFound { command, complaint }
        } else {
            Self::Tool(Failure::Failed { command, complaint })
        }
    }
}

/// `None` instead of "there is none".
pub(super) fn present<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_apart() {
        for (complaint, kind) in [
            (
                "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
                "SignedOut",
            ),
            ("Error: Unable to locate credentials", "SignedOut"),
            (
                "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: …",
                "SignedOut",
            ),
            (
                "The SSO session associated with this profile has expired or is otherwise invalid.",
                "SignedOut",
            ),
            (
                "An error occurred (AccessDeniedException) when calling the GetPolicy operation: …",
                "Denied",
            ),
            (
                "User: arn:… is not authorized to perform: cloudformation:CreateChangeSet",
                "Denied",
            ),
            (
                "An error occurred (ResourceNotFoundException) when calling the GetPolicy operation: …",
                "NotFound",
            ),
            (
                "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id x does not exist",
                "NotFound",
            ),
            (
                "An error occurred (TooManyRequestsException) when calling …",
                "Tool",
            ),
        ] {
            let failure = Failure::Failed {
                command: "aws x".to_owned(),
                complaint: complaint.to_owned(),
            };
            let error = Error::from(failure);
            assert!(format!("{error:?}").starts_with(kind), "{error:?}");
            let told = error.to_string();
            assert!(told.contains("aws x") && told.contains(complaint), "{told}");
        }
    }
}
