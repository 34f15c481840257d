//! A plan as JSON: what a plan file holds, with what programs would have to work out.

use dormer_core::plan::Plan;
use serde_json::{Map, Value};

/// The fields of a plan; a plan file is read from the same ones, and ignores those that are added.
pub(crate) fn fields(plan: &Plan) -> Result<Map<String, Value>, serde_json::Error> {
    let whole = serde_json::to_value(plan)?;
    let mut out = Map::new();
    out.insert("noop".to_owned(), Value::Bool(plan.noop()));
    if let Value::Object(fields) = whole {
        out.extend(fields);
    }
    let steps = out.get_mut("steps").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        timeouts(plan, step);
    }
    Ok(out)
}

/// Says at each statement how long it may wait and work.
fn timeouts(plan: &Plan, step: &mut Value) {
    let cutover = step.get("kind").and_then(Value::as_str) == Some("cutover");
    let limits = &plan.limits;
    let lock = if cutover {
        limits.lock_timeout_ms.min(limits.cutover_timeout_ms)
    } else {
        limits.lock_timeout_ms
    };
    let statements = step.get_mut("statements").and_then(Value::as_array_mut);
    for statement in statements.into_iter().flatten() {
        let Some(statement) = statement.as_object_mut() else {
            continue;
        };
        let together = statement.get("placement").and_then(Value::as_str) == Some("together");
        statement.insert("transaction".to_owned(), together.into());
        statement.insert("lock_timeout_ms".to_owned(), lock.0.into());
        let limit = limits.statement_timeout_ms.map(|limit| limit.0);
        statement.insert("statement_timeout_ms".to_owned(), limit.into());
    }
}
