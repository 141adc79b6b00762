# make, make run, make test, make fuzz, make bench, make uart, make install, make install-kiosk, make screenshots; see README.md.

B      = build
CC     = gcc
WARN   = -Wall -Wextra -Wshadow -Werror
CFLAGS = -O2 -g
PKGS   = libevent libserialport sqlite3 jansson libcrypto libcurl zlib libqrencode
CPPFLAGS = -D_GNU_SOURCE -I.
LDFLAGS  = -Wl,--as-needed
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lm -lpthread

MAINS = daemon/main.c daemon/hallctl.c
CTL   = $(wildcard daemon/ctl/*.c)
SRC   = $(filter-out $(MAINS) $(CTL),$(shell find daemon display protocols -name '*.c'))
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
$B/hallctl: $B/daemon/hallctl.o $(CTL:%.c=$B/%.o) $(LIB) ; $(LINK)
$B/hallsim: $(SIM) ; $(LINK)
$(TESTS): LDLIBS += -lcmocka
$(TESTS): %: %.o $B/tests/help.a $(LIB) ; $(LINK)
BENCH = $(patsubst %,$B/tests/bench/%,client press readers phones noise decide queues refresh)
$B/waitbench: $B/tests/bench/waitbench.o $(LIB) ; $(LINK)
$B/hallyear: $B/tests/bench/hallyear.o $B/tests/bench/hallyear_office.o $(LIB) ; $(LINK)
$(BENCH): %: %.o $B/tests/bench/measure.o $(LIB) ; $(LINK)

# Targets of libFuzzer; FUZZ_MAIN gives them their seeds, in its absence libFuzzer has the main.
FUZZ_MAIN = $B/tests/fuzz/replay.o
FUZZ = $(patsubst %.c,$B/%,$(wildcard tests/fuzz/fuzz_*.c))
$(FUZZ): %: %.o $B/tests/fuzz/fuzz.o $(FUZZ_MAIN) $(LIB) ; $(LINK)

# What tests share: harnesses, each linked where it is used; a library that is preloaded; and one that is included.
PRELOAD = $B/tests/killdisk.so $B/tests/names.so $B/tests/bench/loopwatch.so
HELP    = $(filter-out tests/test_%.c tests/killdisk.c tests/names.c tests/ttyshim.c,$(wildcard tests/*.c))
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
NEED      = gcc make pkg-config libevent-dev libserialport-dev libsqlite3-dev libjansson-dev libssl-dev libcurl4-openssl-dev zlib1g-dev libqrencode-dev
NEED_TEST = $(NEED) g++ libcmocka-dev python3 python3-yaml sqlite3 \
	chromium fonts-noto-cjk \
	nginx openssl systemd \
	python3-serial ser2net mbpoll zbar-tools
NEED_FUZZ = clang libclang-rt-dev python3
install-packages = dpkg -s $(1) > /dev/null 2>&1 || { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(1); }
deps: ; @$(call install-packages,$(NEED))
deps-test:
	@$(call install-packages,$(NEED_TEST))
	@command -v npm > /dev/null || { $(call install-packages,nodejs npm); }
# The endpoint's SQLite is compiled where no ready one can be fetched: with node's own headers, not fetched ones, and fast: tests do not ask much of it.
MODULES = etc/miniprogram/endpoint/node_modules/.package-lock.json tests/node_modules/.package-lock.json
$(MODULES): %/node_modules/.package-lock.json: %/package-lock.json
	@cd $* && { [ ! -e /usr/include/node/node.h ] || export npm_config_nodedir=/usr; env -u MAKEFLAGS -u MAKEOVERRIDES CFLAGS=-O0 CXXFLAGS=-O0 \
	    npm ci --no-audit --no-fund --loglevel=error; }
	@touch $@

run: deps
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@exec tests/hallsim/run.sh $B

# Always under the sanitizers, in a build of its own.  ONLY= words choose programs by name.
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -static-libasan
SANITIZE_FUZZ = -O2 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
test: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) B=build/test CFLAGS="$(SANITIZE)" run-tests
run-tests: $(MODULES) all $(TESTS) $(FUZZ) $(PRELOAD) $B/waitbench $B/hallyear
	@python3 tests/run.py $B $(ONLY)

# SECONDS= or RUNS= of each target; ONLY= words choose targets by name.
SECONDS = 60
RUNS    = -1
fuzz: deps
	@$(call install-packages,$(NEED_FUZZ))
	@$(MAKE) --no-print-directory -j$$(nproc) B=build/fuzz CC=clang WARN=-w FUZZ_MAIN= \
	    CFLAGS='$(SANITIZE_FUZZ) $$(COVER)' run-fuzz
# Targets are not what is to be seen whole, but where they include it.
COVER = -fsanitize=fuzzer-no-link
$B/tests/fuzz/%.o: COVER =
$B/tests/fuzz/fuzz_place.o $B/tests/fuzz/fuzz_request.o: COVER = -fsanitize=fuzzer-no-link
run-fuzz: LDFLAGS += -fsanitize=fuzzer
run-fuzz: $(FUZZ)
	@python3 tests/fuzz/fuzz.py $B $(SECONDS) $(RUNS) $(ONLY)

# The README's pictures.
screenshots: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) all $(MODULES)
	@node tests/browser/screenshots.mjs tests/screenshots

# ONLY= words choose figures: issue many keys slow idle status readers phones office paint board history decide noise garbage calls waits refresh queues reports backup drain outside information.
bench: deps-test
	@$(call install-packages,nginx libnginx-mod-nchan wrk)
	@$(MAKE) --no-print-directory -j$$(nproc) run-bench
run-bench: $(MODULES) all $(BENCH) $B/waitbench $B/hallyear $(PRELOAD)
	@python3 tests/bench/bench.py $B $(ONLY)

# Through real UARTs and their kernel drivers: halld under Debian's kernel in qemu.  The kernel is unpacked, not installed.
KERNEL = linux-image-cloud-amd64
uart: deps
	@$(call install-packages,python3 qemu-system-x86 busybox-static cpio)
	@$(MAKE) --no-print-directory -j$$(nproc) all $B/uart/vmlinuz
	@python3 tests/uart/uart.py $B
$B/uart/vmlinuz:
	@rm -rf $(@D) && mkdir -p $(@D)
	@apt-get update
	@cd $(@D) && apt-get download -o APT::Sandbox::User=root $$(apt-cache depends $(KERNEL) | sed -n 's/.*Depends: //p')
	@dpkg --fsys-tarfile $(@D)/*.deb | tar -x -O --wildcards './boot/vmlinuz-*' > $@.new
	@mv $@.new $@

# PREFIX is /usr or /usr/local: systemd and udev look below both.  With DESTDIR only files are put there.
PREFIX  = /usr/local
DESTDIR =
TO      = $(DESTDIR)$(PREFIX)
ETC     = $(DESTDIR)/etc
SITE    = $(ETC)/nginx/sites-available/halld.conf
# A file in which paths are filled in; one that stays as it is where there is one.
fill = echo '  $(2)' && mkdir -p $(dir $(2)) && sed 's|@PREFIX@|$(PREFIX)|g; s|run/dev/|/dev/halld/|' $(1) > $(2) && chmod 644 $(2)
once = [ -e $(2) ] || { $(call fill,$(1),$(2)); }

install: deps
	@$(MAKE) --no-print-directory all
	install -D -m 755 -t $(TO)/sbin $B/halld etc/nginx/halld-cert
	install -D -m 755 -t $(TO)/bin $B/hallctl $B/hallsim
	cd display && find pages text -type f -exec install -D -m 644 '{}' '$(abspath $(TO))/share/halld/{}' ';'
	install -D -m 644 -t $(TO)/share/halld etc/openapi.yaml etc/hall.schema.json
	install -D -m 644 -t $(TO)/share/halld/nginx etc/nginx/wait.html
	install -D -m 644 etc/halld.sysusers $(TO)/lib/sysusers.d/halld.conf
	install -D -m 644 -t $(TO)/lib/udev/rules.d etc/udev/70-halld.rules
	@$(call fill,etc/halld.service,$(TO)/lib/systemd/system/halld.service)
	@$(call once,etc/hall.json,$(ETC)/halld/hall.json)
	@$(call fill,etc/nginx/halld.conf,$(SITE).new)
	@if [ -e $(SITE) ] && ! cmp -s $(SITE) $(SITE).new; then echo '  $(SITE) is another and stays'; else mv $(SITE).new $(SITE); fi
	@[ -n '$(DESTDIR)' ] || sh etc/installed.sh halld $(PREFIX)

# A machine that is a ticket dispenser; maybe the same.
install-kiosk:
	install -D -m 644 -t $(TO)/share/halld/kiosk etc/kiosk/start.html etc/kiosk/start.css etc/kiosk/start.js
	install -D -m 644 etc/kiosk/halld-kiosk.sysusers $(TO)/lib/sysusers.d/halld-kiosk.conf
	@$(call fill,etc/kiosk/halld-kiosk.service,$(TO)/lib/systemd/system/halld-kiosk.service)
	@$(call fill,etc/kiosk/policy.json,$(ETC)/chromium/policies/managed/halld-kiosk.json)
	@$(call once,etc/kiosk/kiosk.conf,$(ETC)/halld/kiosk.conf)
	@[ -n '$(DESTDIR)' ] || sh etc/installed.sh halld-kiosk $(PREFIX)

clean:
	rm -rf build

.PHONY: all bench clean deps deps-test fuzz install install-kiosk run run-bench run-fuzz run-tests screenshots test uart
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
