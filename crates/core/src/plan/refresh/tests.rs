//! What is due and why, case by case.

use std::collections::BTreeSet;

use super::calendar::{Cron, Window};
use super::fixture::{ALL, HOUR, MINUTE, SECOND, START, World, name};
use super::{Concurrent, Skips, Wish};
use crate::engine::capabilities::Counters;
use crate::engine::refresh::{Mode, Moment};
use crate::project::settings::RefreshMode;

const CHAIN: &str = "a: t\nb: a\nc: b u\nd: u";

#[test]
fn nothing_changed_is_fresh() {
    assert_eq!(
        World::new(CHAIN).told(ALL),
        "a  fresh\nb  fresh\nc  fresh\nd  fresh\n"
    );
}

#[test]
fn written_rows_reach_all_readers() {
    let mut world = World::new(CHAIN);
    world.write("t");
    assert_eq!(
        world.told(ALL),
        "a  due plain  rows of m.t were written since\n\
         b  due plain  reads m.a, which is refreshed first\n\
         c  due plain  reads m.b, which is refreshed first\n\
         d  fresh\n"
    );
}

#[test]
fn whatever_is_not_known_is_stale() {
    let one = |change: &dyn Fn(&mut World)| {
        let mut world = World::new("a: t");
        change(&mut world);
        world
            .told(ALL)
            .trim_start_matches("a  ")
            .trim_end()
            .to_owned()
    };
    let pulse = |world: &mut World| world.pulses[&name("t")].clone();
    let cases: Vec<String> = vec![
        one(&|world| *world.done("a") = None),
        one(&|world| world.view("a").populated = false),
        one(&|world| {
            let mut moved = pulse(world);
            moved.storage = Some("2".to_owned());
            world.pulses.insert(name("t"), moved);
        }),
        one(&|world| {
            let mut uncounted = pulse(world);
            uncounted.written = None;
            world.pulses.insert(name("t"), uncounted);
        }),
        one(&|world| {
            world.pulses.remove(&name("t"));
        }),
        one(&|world| world.refreshes.epoch = Some("2".to_owned())),
        one(&|world| world.refreshes.epoch = None),
        one(&|world| world.done("a").as_mut().unwrap().before = None),
        one(&|world| world.view("a").unseen = Some("function m.f()".to_owned())),
        one(&|world| world.view("a").settings.max_skip = HOUR),
        one(&|world| world.counters = Counters::AtSessionEnd),
        one(&|world| {
            world.counters = Counters::AtSessionEnd;
            world.view("a").settings.skips = Skips::Asked;
        }),
    ];
    assert_eq!(
        cases.join("\n"),
        "due plain  never refreshed as far as the journal knows\n\
         due plain  it has no rows yet\n\
         due plain  m.t was rewritten, truncated or refreshed since\n\
         due plain  nobody counts what is written to m.t\n\
         due plain  what m.t was like is not known\n\
         due plain  the counters of the target began anew\n\
         due plain  the counters of the target began anew\n\
         due plain  what m.t was like is not known\n\
         due plain  reads function m.f(), whose changes nobody sees\n\
         due plain  nothing was seen to change for as long as max_skip\n\
         due plain  the counters of the target tell too late to be believed\n\
         fresh"
            .replacen("due plain  never", "due concurrently  never", 1)
    );
}

#[test]
fn counter_that_went_down_is_a_change() {
    let mut world = World::new("a: t");
    world.write("t");
    world.refreshed(&name("a"), START, 1);
    world.pulses.get_mut(&name("t")).unwrap().written = Some(0);
    assert_eq!(
        world.told(ALL),
        "a  due plain  rows of m.t were written since\n"
    );
}

#[test]
fn parent_that_was_refreshed_since_is_a_change() {
    let mut world = World::new("a: t\nb: a");
    world.refreshed(&name("a"), Moment(START.0 - 1_000), 1);
    assert_eq!(
        world.told(ALL),
        "a  fresh\nb  due plain  m.a was refreshed since\n"
    );
    // Somebody refreshed it beside Dormer.
    let mut world = World::new("a: t\nb: a");
    world.pulses.get_mut(&name("a")).unwrap().storage = Some("2".to_owned());
    assert_eq!(
        world.told(ALL),
        "a  due plain  refreshed or rewritten by somebody else\n\
         b  due plain  reads m.a, which is refreshed first; \
         m.a was rewritten, truncated or refreshed since\n"
    );
}

#[test]
fn parent_that_dormer_never_refreshes_is_watched_by_its_counters() {
    let mut world = World::new("a: t\nb: a");
    world.view("a").settings.mode = RefreshMode::Never;
    world.view("b").grounds.insert(name("a"));
    world.refreshed(&name("b"), Moment(START.0 - 60_000), 1);
    assert_eq!(world.told(ALL), "a  never\nb  fresh\n");
    // While readers went on: its storage is the same.
    world.write("a");
    assert_eq!(
        world.told(ALL),
        "a  never\nb  due plain  rows of m.a were written since\n"
    );
}

#[test]
fn min_interval_holds_back_to_its_last_instant() {
    let mut told = String::new();
    for ago in [599, 600, 601] {
        let mut world = World::new("a: t");
        world.view("a").settings.min_interval = Some(600 * SECOND);
        world.refreshed(&name("a"), Moment(START.0 - ago * 1_000 - 1), 1);
        world.write("t");
        told += &world.told(ALL);
    }
    assert_eq!(
        told,
        "a  held: within its min_interval, 1 s  rows of m.t were written since\n\
         a  held: within its min_interval, 0 s  rows of m.t were written since\n\
         a  due plain  rows of m.t were written since\n"
    );
    // A failure is a try, too.
    let mut world = World::new("a: t");
    world.view("a").settings.min_interval = Some(600 * SECOND);
    world.write("t");
    world.failed(&name("a"), Moment(START.0 - 60_000), 1);
    assert_eq!(
        world.told(ALL),
        "a  held: within its min_interval, 540 s  rows of m.t were written since\n"
    );
}

#[test]
fn changing_function_is_due_by_its_interval_and_by_what_moved_below() {
    let changing = |lines: &str, view: &str| {
        let mut world = World::new(lines);
        world.view(view).changing = Some("now".to_owned());
        world
    };
    let mut world = changing("a: t", "a");
    assert_eq!(world.told(ALL), "a  fresh\n");
    world.view("a").settings.min_interval = Some(30 * MINUTE);
    assert_eq!(
        world.told(ALL),
        "a  due plain  always stale: now gives another value each time\n"
    );
    world.view("a").settings.every = Some(HOUR + 5 * MINUTE);
    assert_eq!(world.told(ALL), "a  fresh\n");
    let mut world = changing("a: t", "a");
    world.write("t");
    let written = "rows of m.t were written since";
    assert_eq!(world.told(ALL), format!("a  due plain  {written}\n"));
    world.view("a").settings.min_interval = Some(2 * HOUR);
    assert_eq!(
        world.told(ALL),
        format!("a  held: within its min_interval, 3600 s  {written}\n")
    );
    let mut world = changing("a: t\nb: a", "b");
    world.refreshed(&name("a"), Moment(START.0 - 1_000), 1);
    assert_eq!(
        world.told(ALL),
        "a  fresh\nb  due plain  m.a was refreshed since\n"
    );
}

#[test]
fn schedules_hold_back_unless_it_is_asked_for() {
    let mut world = World::new("a: t\nb: t\nc: t\nd: t");
    world.write("t");
    world.view("a").settings.every = Some(2 * HOUR);
    world.view("b").settings.cron = Cron::parse("0 3 * * *");
    world.view("c").settings.window = Window::parse("23:00-02:00");
    // A run of every hour that comes a little early counts.
    world.view("d").settings.every = Some(HOUR + 20 * SECOND);
    let written = "rows of m.t were written since";
    assert_eq!(
        world.told(ALL),
        format!(
            "a  held: not due yet, 3570 s  {written}\n\
             b  held: not due yet, 9223370241642345 s  {written}\n\
             c  held: outside of its window, 3170 s  {written}\n\
             d  due plain  {written}\n"
        )
    );
    let chosen: BTreeSet<_> = ["a", "b", "c"].map(name).into();
    let wish = Wish {
        chosen: Some(&chosen),
        all: false,
    };
    assert_eq!(
        world.told(wish),
        format!(
            "a  due plain  {written}\nb  due plain  {written}\n\
             c  held: outside of its window, 3170 s  {written}\nd  not chosen  {written}\n"
        )
    );
    let wish = Wish { all: true, ..wish };
    assert!(world.told(wish).contains("c  due plain  requested; rows"));
}

#[test]
fn cron_is_due_once_its_time_has_come() {
    let mut world = World::new("a: t");
    world.write("t");
    world.view("a").settings.cron = Cron::parse("5 22 * * *");
    assert_eq!(
        world.told(ALL),
        "a  due plain  rows of m.t were written since\n"
    );
    world.view("a").settings.cron = Cron::parse("7 21 * * *");
    // The last refresh began at 21:07:10.
    assert!(world.told(ALL).starts_with("a  held: not due yet"));
}

#[test]
fn goal_is_handed_down_to_all_that_is_read() {
    let mut world = World::new("a: t\nb: a\nc: b");
    world.write("t");
    world.view("a").settings.every = Some(100 * HOUR);
    world.view("c").settings.lag = Some(3 * HOUR);
    assert_eq!(
        world.told(ALL),
        "a  held: not due yet, 1770 s  rows of m.t were written since\n\
         b  parent stale: a  behind a\nc  parent stale: b  behind b\n"
    );
    world.view("c").settings.lag = Some(2 * HOUR);
    let judgement = world.judge(ALL);
    for view in ["a", "b", "c"] {
        assert_eq!(judgement.verdicts[&name(view)].goal, Some(2 * HOUR));
    }
    assert_eq!(judgement.due().count(), 3);
}

#[test]
fn child_of_a_parent_that_waits_by_its_settings_goes_on_with_what_else_changed() {
    let mut world = World::new("a: t\nb: a\nc: b u");
    world.write("t");
    world.write("u");
    world.view("a").settings.every = Some(10 * HOUR);
    assert_eq!(
        world.told(ALL),
        "a  held: not due yet, 32370 s  rows of m.t were written since\n\
         b  parent stale: a  behind a\n\
         c  due plain  rows of m.u were written since  behind b\n"
    );
}

#[test]
fn stale_parent_that_nobody_asked_for_keeps_its_readers_back() {
    let mut world = World::new("a: t\nb: a u");
    world.write("t");
    world.write("u");
    let chosen: BTreeSet<_> = [name("b")].into();
    let wish = Wish {
        chosen: Some(&chosen),
        all: false,
    };
    assert_eq!(
        world.told(wish),
        "a  not chosen  rows of m.t were written since\n\
         b  parent stale: a  rows of m.u were written since\n"
    );
    // Whoever insists has it refreshed, and it is said that it stays behind.
    assert_eq!(
        world.told(Wish { all: true, ..wish }),
        "a  not chosen  rows of m.t were written since\n\
         b  due plain  requested; rows of m.u were written since  behind a\n"
    );
}

#[test]
fn mode_never_is_heeded_and_its_readers_go_on() {
    let mut world = World::new("a: t\nb: a u");
    world.write("t");
    world.write("u");
    world.view("a").settings.mode = RefreshMode::Never;
    assert_eq!(
        world.told(ALL),
        "a  never  rows of m.t were written since\nb  due plain  rows of m.u were written since\n"
    );
}

#[test]
fn readers_go_on_where_they_can_and_would_notice() {
    let mut world = World::new("a: t");
    world.write("t");
    let chosen = |world: &World| world.judge(ALL).verdicts[&name("a")].choice.clone();
    assert_eq!(chosen(&world).mode, Mode::Plain);
    world.read.insert(name("a"));
    assert_eq!(chosen(&world).mode, Mode::Concurrently);
    world.read.clear();
    world.refreshed(&name("a"), Moment(START.0 - 60_000), 101);
    assert_eq!(chosen(&world).mode, Mode::Concurrently);
    world.view("a").settings.mode = RefreshMode::Plain;
    assert_eq!(chosen(&world).mode, Mode::Plain);
    world.view("a").settings.mode = RefreshMode::Concurrently;
    world.view("a").concurrent = Concurrent::Impossible {
        why: "it has no unique index".to_owned(),
        advice: "one".to_owned(),
    };
    assert_eq!(chosen(&world).mode, Mode::Plain);
    assert_eq!(chosen(&world).advice.as_deref(), Some("one"));
}

#[test]
fn lag_is_that_of_what_is_stale() {
    let mut world = World::new("a: t\nb: a\nc: u");
    world.write("t");
    let judgement = world.judge(ALL);
    let lag = |view| judgement.verdicts[&name(view)].lag;
    assert_eq!((lag("a"), lag("c")), (Some(HOUR), Some(0)));
    assert!(lag("b") >= lag("a"));
}
