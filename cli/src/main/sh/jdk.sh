# Finds a JDK that is new enough; sourced by the launcher and by ./verify. Sets jdk to its folder.
# The "release" file of a JDK says which it is: starting each to ask it would take longer than the program runs.

JAVA_WANTED=25

# shellcheck disable=SC2034 # for those who source this
NO_JDK="no JDK $JAVA_WANTED found (looked at JAVA_HOME, JAVA25_HOME, /usr/lib/jvm, ~/.sdkman, ~/.jdks and java on the PATH)
  Debian 13, Ubuntu 25.10 or later:  sudo apt install openjdk-25-jdk
  elsewhere, such as on Debian 12:   unpack Temurin 25 from https://adoptium.net/temurin/releases/?version=25
                                     and set JAVA_HOME to its folder"

# Sets jdk to the folder $1 if a JDK that is new enough is there.
try_jdk() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    version=0
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            version=${value%%[!0-9]*}
        fi
    done <"$1/release"
    [ "${version:-0}" -ge "$JAVA_WANTED" ] || return 1
    jdk=$1
}

find_jdk() {
    for candidate in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" \
        "${SVALINN_JVMS:-/usr/lib/jvm}"/*25* \
        "${HOME:-/}"/.sdkman/candidates/java/25* "${HOME:-/}"/.sdkman/candidates/java/current \
        "${HOME:-/}"/.jdks/*25* \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
        if [ -n "$candidate" ] && try_jdk "$candidate"; then
            return 0
        fi
    done
    java=$(command -v java || true)
    while [ -L "$java" ]; do
        target=$(readlink "$java")
        case $target in
            /*) java=$target ;;
            *) java=${java%/*}/$target ;;
        esac
    done
    case $java in
        */bin/java) try_jdk "${java%/bin/java}" ;;
        *) return 1 ;;
    esac
}
