# make, make run, make test, make bench; see README.md.

B      = build
CC     = gcc
WARN   = -Wall -Wextra -Wshadow -Werror
CFLAGS = -O2 -g
PKGS   = libevent libserialport sqlite3 jansson libcrypto libcurl zlib
CPPFLAGS = -D_GNU_SOURCE -I.
LDFLAGS  = -Wl,--as-needed
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lpthread

MAINS = daemon/main.c daemon/hallctl.c
SRC   = $(filter-out $(MAINS),$(shell find daemon display protocols -name '*.c'))
SIM   = $(patsubst %.c,$B/%.o,$(wildcard tests/hallsim/*.c))
TESTS = $(patsubst %.c,$B/%,$(wildcard tests/test_*.c))
LIB   = $B/halld.a
LINK  = @echo "  $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

all: $B/halld $B/hallctl $B/hallsim

# A library, so that each program has just the parts that it uses.
$(LIB): $(SRC:%.c=$B/%.o)
	@rm -f $@
	@ar rcs $@ $^

$B/halld: $B/daemon/main.o $(LIB) ; $(LINK)
$B/hallctl: $B/daemon/hallctl.o $(LIB) ; $(LINK)
$B/hallsim: $(SIM) ; $(LINK)
$(TESTS): LDLIBS += -lcmocka
$(TESTS): %: %.o $B/tests/help.a $(LIB) ; $(LINK)
BENCH = $B/tests/bench/client $B/tests/bench/press
$(BENCH): %: %.o $B/tests/bench/measure.o $(LIB) ; $(LINK)

# What tests share: harnesses, each linked where it is used; a library that is preloaded; and one that is included.
PRELOAD = $B/tests/killdisk.so
HELP    = $(filter-out tests/test_%.c tests/killdisk.c tests/ttyshim.c,$(wildcard tests/*.c))
$B/tests/help.a: $(HELP:%.c=$B/%.o)
	@rm -f $@
	@ar rcs $@ $^
$B/tests/%.so: tests/%.c
	@mkdir -p $(@D)
	@echo "  $@"
	@$(CC) -std=gnu17 $(WARN) $(CPPFLAGS) -O1 -g -fPIC -shared -o $@ $< -ldl

$B/%.o: %.c
	@mkdir -p $(@D)
	@echo "  $<"
	@$(CC) -std=gnu17 $(WARN) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Packages.  Asked for only when one is missing, so that a machine without a network that has them works too.
NEED      = gcc make pkg-config libevent-dev libserialport-dev libsqlite3-dev libjansson-dev libssl-dev libcurl4-openssl-dev zlib1g-dev
NEED_TEST = $(NEED) libcmocka-dev python3 python3-yaml sqlite3 chromium fonts-noto-cjk
install-packages = dpkg -s $(1) > /dev/null 2>&1 || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(1); }
deps: ; @$(call install-packages,$(NEED))
deps-test:
	@$(call install-packages,$(NEED_TEST))
	@command -v npm > /dev/null || { $(call install-packages,nodejs npm); }
	@cd tests && [ package-lock.json -ot node_modules/.package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error

run: deps
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@exec tests/hallsim/run.sh $B

# Always under the sanitizers, in a build of its own.  ONLY= words choose programs by name.
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -static-libasan
test: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) B=build/test CFLAGS="$(SANITIZE)" run-tests
run-tests: all $(TESTS) $(PRELOAD)
	@python3 tests/run.py $B $(ONLY)

# ONLY= words choose figures: issue many keys slow idle information.
bench:
	@$(call install-packages,$(NEED) python3)
	@$(MAKE) --no-print-directory -j$$(nproc) run-bench
run-bench: all $(BENCH) $(PRELOAD)
	@python3 tests/bench/bench.py $B $(ONLY)

clean:
	rm -rf build

.PHONY: all bench clean deps deps-test run run-bench run-tests test
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
