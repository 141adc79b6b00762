# make, make run, make test, make bench; see README.md.

B      = build
CC     = gcc
WARN   = -Wall -Wextra -Wshadow -Werror
CFLAGS = -O2 -g
PKGS   = libevent libevent_pthreads libserialport sqlite3 jansson libcrypto libqrencode
CPPFLAGS = -D_GNU_SOURCE -I.
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lpthread

MAINS = daemon/main.c daemon/hallctl.c
SRC   = $(filter-out $(MAINS),$(shell find daemon display protocols -name '*.c'))
OBJ   = $(SRC:%.c=$B/%.o)
SIM   = $(patsubst %.c,$B/%.o,$(wildcard tests/hallsim/*.c))
TESTS = $(patsubst %.c,$B/%,$(wildcard tests/test_*.c))
LINK  = $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

all: $B/halld $B/hallctl $B/hallsim

$B/halld: $B/daemon/main.o $(OBJ) ; $(LINK)
$B/hallctl: $B/daemon/hallctl.o $(OBJ) ; $(LINK)
$B/hallsim: $(SIM) ; $(LINK)
$(TESTS): LDLIBS += -lcmocka
$(TESTS): %: %.o $(OBJ) ; $(LINK)

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=gnu17 $(WARN) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf build

.PHONY: all clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
