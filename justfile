# Names for the chores; what they do is in xtask.

# everything that a change must pass
test:
    cargo xtask test

# the tests alone
quick:
    cargo xtask test --quick

# what a change must pass without a server
check:
    cargo fmt --all --check
    cargo xtask tidy
    cargo clippy --workspace --all-targets --locked -- -D warnings

tidy:
    cargo xtask tidy

generate:
    cargo xtask generate

fuzz seconds="60":
    cargo xtask fuzz --seconds {{seconds}}

bench *arguments:
    cargo xtask bench {{arguments}}
