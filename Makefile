# make, make run, make test, make bench; see README.md.

B      = build
CC     = gcc
WARN   = -Wall -Wextra -Wshadow -Werror
CFLAGS = -O2 -g
PKGS   = libevent libserialport sqlite3 jansson libcrypto libqrencode libcurl
CPPFLAGS = -D_GNU_SOURCE -I.
LDFLAGS  = -Wl,--as-needed
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lpthread

MAINS = daemon/main.c daemon/hallctl.c
SRC   = $(filter-out $(MAINS),$(shell find daemon display protocols -name '*.c'))
SIM   = $(patsubst %.c,$B/%.o,$(wildcard tests/hallsim/*.c))
TESTS = $(patsubst %.c,$B/%,$(wildcard tests/test_*.c))
LIB   = $B/halld.a
LINK  = $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

all: $B/halld $B/hallctl $B/hallsim

# A library, so that each program has just the parts that it uses.
$(LIB): $(SRC:%.c=$B/%.o)
	@rm -f $@
	ar rcs $@ $^

$B/halld: $B/daemon/main.o $(LIB) ; $(LINK)
$B/hallctl: $B/daemon/hallctl.o $(LIB) ; $(LINK)
$B/hallsim: $(SIM) ; $(LINK)
$(TESTS): LDLIBS += -lcmocka
$(TESTS): %: %.o $B/tests/hall_fixture.o $(LIB) ; $(LINK)

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(WARN) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf build

.PHONY: all clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
