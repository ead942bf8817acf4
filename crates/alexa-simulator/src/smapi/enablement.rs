//! `…/enablement`: whether the developer has enabled the skill. It links nothing.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use super::{
    Refusal,
    access::{May, SkillPath, Tests},
};
use crate::amazon::Amazon;

pub(crate) async fn get(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Tests>,
    SkillPath(id): SkillPath,
) -> Result<StatusCode, Refusal> {
    match amazon.state().skill(&id) {
        Some(skill) if skill.enabled => Ok(StatusCode::NO_CONTENT),
        Some(_) | None => Err(Refusal::NotFound),
    }
}

pub(crate) async fn set(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Tests>,
    SkillPath(id): SkillPath,
) -> Result<StatusCode, Refusal> {
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    // There is nothing to enable before a first manifest was taken.
    if skill.manifest.is_none() {
        return Err(Refusal::Conflict);
    }
    skill.enabled = true;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn delete(
    State(amazon): State<Arc<Amazon>>,
    _may: May<Tests>,
    SkillPath(id): SkillPath,
) -> Result<StatusCode, Refusal> {
    let mut state = amazon.state();
    let skill = state.skill_mut(&id).ok_or(Refusal::NotFound)?;
    if !skill.enabled {
        return Err(Refusal::NotFound);
    }
    skill.enabled = false;
    Ok(StatusCode::NO_CONTENT)
}
