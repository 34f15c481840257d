//! Runs of plans against real servers: as quick as the bare statements, and readers that notice nothing.

#[cfg(test)]
mod desk;
#[cfg(test)]
mod quick;
#[cfg(test)]
mod rough;
