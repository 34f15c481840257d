//! Which majors run, and how deep.

use std::env;

use dormer_testkit::server::Binaries;

/// How much of the door a major gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    /// There and back once, without crashes.
    Smoke,
    /// Crashes at some boundaries.
    Usual,
    /// Crashes at every boundary.
    Full,
}

/// Whether everything runs.
pub(crate) fn full() -> bool {
    env::var_os("DORMER_FULL").is_some()
}

/// Every major that runs, the oldest first, with its depth.
pub(crate) fn chosen() -> Vec<(Binaries, Depth)> {
    let all = Binaries::all().unwrap();
    let wanted: Option<Vec<u16>> = env::var("DORMER_MAJORS").ok().map(|text| {
        let numbers = text.split(',').map(|number| number.trim().parse());
        numbers.collect::<Result<_, _>>().unwrap()
    });
    let ends = [all.first(), all.last()].map(|one| one.map(Binaries::major));
    let depth = |major: u16| match (full(), &wanted) {
        (true, _) => Depth::Full,
        (false, Some(_)) => Depth::Usual,
        (false, None) if ends.contains(&Some(major)) => Depth::Usual,
        (false, None) => Depth::Smoke,
    };
    let runs = |major: u16| wanted.as_ref().is_none_or(|wanted| wanted.contains(&major));
    all.iter()
        .filter(|binaries| runs(binaries.major()))
        .map(|binaries| (binaries.clone(), depth(binaries.major())))
        .collect()
}

/// Those that run deeper than smoke.
pub(crate) fn deep() -> Vec<Binaries> {
    let chosen = chosen().into_iter();
    chosen
        .filter(|(_, depth)| *depth > Depth::Smoke)
        .map(|(binaries, _)| binaries)
        .collect()
}

/// Works on many things with as many threads as there are processors and one more: servers wait too.
pub(crate) fn side_by_side<T: Sync>(
    things: &[T],
    work: impl Fn(&T) -> Result<(), String> + Sync,
) -> Vec<String> {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = work(thing) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    failures
}
