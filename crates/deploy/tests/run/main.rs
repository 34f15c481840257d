//! Runs of plans against a target that is played: what it answers is written down before.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod cutover;
#[cfg(test)]
mod end;
#[cfg(test)]
mod order;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod random;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod start;
