//! What the demo tells: chapters of deeds, as data.

/// A part of the story: what happens, why, and what is done.
pub(super) struct Chapter {
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) deeds: &'static [Deed],
}

/// One thing that is done.
pub(super) enum Deed {
    /// A command, by the words after the name of the program; it is shown as it can be typed.
    Command(&'static [&'static str]),
    /// Lines of a file become others.
    Edit {
        path: &'static str,
        before: &'static str,
        after: &'static str,
    },
    /// Somebody else writes rows into the target.
    Rows(&'static str),
}

/// The parent that changes.
const PARENT: &str = "views/marts/orders_daily.sql";
const WITHOUT: &str = "    sum(o.charged - o.refunded) AS cash,\n";
const WITH: &str = "    sum(o.charged - o.refunded) AS cash,\n    max(o.net) AS largest,\n";

pub(super) const STORY: &[Chapter] = &[
    Chapter {
        title: "Create the layers",
        why: "15 views in four layers over six tables; their order follows from who reads whom.",
        deeds: &[Deed::Command(&["apply", "-y"])],
    },
    Chapter {
        title: "Change a parent",
        why: "One more column in a view that two others read: the plan says what follows, and why.",
        deeds: &[
            Deed::Edit {
                path: PARENT,
                before: WITHOUT,
                after: WITH,
            },
            Deed::Command(&["plan"]),
        ],
    },
    Chapter {
        title: "Apply while somebody reads",
        why: "The new generations are built beside those that are read, and take their names in one instant.",
        deeds: &[Deed::Command(&["apply", "-y", "--prove"])],
    },
    Chapter {
        title: "Refresh what is stale",
        why: "A payment comes in: what reads it is refreshed, parents first, and nothing else.",
        deeds: &[
            Deed::Rows(
                "INSERT INTO raw.payments (id, order_id, kind, method, status, amount_cents, settled_at)\n\
                 VALUES (900001, 34, 'charge', 'card', 'settled', 4200, '2025-07-01 12:00:00+00');\n",
            ),
            Deed::Command(&["refresh"]),
        ],
    },
    Chapter {
        title: "Ask before a column changes",
        why: "Everything that stands on it, through any number of views, and what holds on to it.",
        deeds: &[Deed::Command(&["impact", "raw.payments.amount_cents"])],
    },
    Chapter {
        title: "Take it back",
        why: "The retired generation was kept: a rollback is a change of names.",
        deeds: &[
            Deed::Edit {
                path: PARENT,
                before: WITH,
                after: WITHOUT,
            },
            Deed::Command(&["rollback", "-y"]),
            Deed::Command(&["cleanup", "-y", "--older-than", "0s"]),
            Deed::Command(&["plan"]),
        ],
    },
];
