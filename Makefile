# Plimsoll. `make run` and `make test` are all that is needed; both install what is missing of Debian's packages first.
#
#   make deps        install missing packages (Debian 12); does nothing when nothing is missing
#   make             build the release program, build/plimsoll
#   make run         build and open the workstation on the default workspace
#   make test        build and run every test, ending with their count
#   make bench       figures, beside yardsticks measured in the same run
#   make asan tsan   the tests under address + undefined behaviour, or thread, sanitizers
#   make crash       kill the desk 500 times (CRASH_ROUNDS) and look whether anything acknowledged is missing
#   make nightly     the property tests at ten million commands (OPERATIONS) with the day's seed, then crash and fuzz
#   make bare        make test on a bare Debian 12, in a scratch folder (root, debootstrap)
#   make lint        format, clang-tidy, cppcheck, house laws
#   make fuzz        fuzz the parsers (FUZZ_SECONDS each, 60 by default)
#   make coverage    line coverage of the tests, in build/coverage
#   make install     to PREFIX (/usr/local), under DESTDIR; make uninstall takes it away
#
# Variables: CC=gcc|clang  MODE=release|debug|asan|tsan|coverage  PREFIX  DESTDIR  T=tests/... (one test, for test,
# asan, tsan and coverage)

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:

ifeq ($(origin CC),default)
CC := gcc
endif
MODE ?= release
PREFIX ?= /usr/local
VERSION := 0.1.0

# The makes below run as many jobs as there are processors, unless -j says otherwise; flags are whole only in a recipe.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

OUT := build/$(MODE)-$(notdir $(firstword $(CC)))
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_coverage := -O1 -g --coverage
CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CPPFLAGS := -I. -D_GNU_SOURCE -DPLIMSOLL_VERSION='"$(VERSION)"'
CFLAGS := -std=gnu17 -pthread -fno-math-errno -ffp-contract=off $(WARNINGS) $(CFLAGS_$(MODE))
LDFLAGS := -pthread $(filter -fsanitize=% --coverage,$(CFLAGS_$(MODE))) -Wl,--as-needed
LDLIBS := -lncursesw -ltinfo -lreadline -lsqlite3 -llapacke -lopenblas -lgsl -lsodium -lz -lm
TEST_LIBS := -lcmocka -lvterm -lutil

PACKAGES := pkg-config libncurses-dev libgsl-dev libopenblas-dev liblapacke-dev libsqlite3-dev libreadline-dev \
    libsodium-dev zlib1g-dev libcmocka-dev libvterm-dev ncurses-term
CLANG_PACKAGES := clang libclang-rt-14-dev llvm-14
LINT_PACKAGES := $(CLANG_PACKAGES) clang-format clang-tidy cppcheck

MAIN := src/app/main.c
SOURCES := $(sort $(shell find src data engine ui -name '*.c'))
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o)
LIBRARY := $(OUT)/libplimsoll.a
TESTS := $(sort $(shell find tests -name 'test_*.c'))
TESTED := $(or $(T),$(TESTS))
TEST_PROGRAMS := $(TESTED:%.c=$(OUT)/%)
TEST_SUPPORT := $(sort $(shell find tests -name 'support_*.c'))
TEST_SUPPORT_OBJECTS := $(TEST_SUPPORT:%.c=$(OUT)/%.o)
BENCHES := $(sort $(shell find tests -name 'bench_*.c'))
FUZZERS := $(sort $(shell find tests -name 'fuzz_*.c'))

.PHONY: all build run deps lint-deps test bench asan tsan crash nightly bare lint fuzz coverage install uninstall clean
all: build

build: deps
	@$(MAKE) --no-print-directory $(JOBS) program

.PHONY: program tests benches
# The last one built, whatever compiler it was built with.
program: $(OUT)/plimsoll
	@cmp -s $< build/plimsoll || { cp -f $< build/plimsoll.new && mv -f build/plimsoll.new build/plimsoll; }
	@echo "build/plimsoll is ready ($(MODE), $(CC))"

$(OUT)/plimsoll: $(OUT)/$(MAIN:.c=.o) $(LIBRARY)
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(filter-out $(OUT)/$(MAIN:.c=.o),$(OBJECTS))
	@echo "  AR $@"
	@rm -f $@
	@ar rcs $@ $^

# Fields that are written one by one and read back as a pair wait for the store; the vectoriser makes such pairs.
$(OUT)/engine/market/%.o: CFLAGS += -fno-tree-slp-vectorize

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/tests/%: $(OUT)/tests/%.o $(TEST_SUPPORT_OBJECTS) $(LIBRARY)
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(TEST_LIBS)

run: deps
	@$(MAKE) --no-print-directory $(JOBS) program
	@build/plimsoll

deps:
	@tools/deps.sh $(PACKAGES) $(if $(findstring clang,$(CC)),$(CLANG_PACKAGES))

lint-deps:
	@tools/deps.sh $(LINT_PACKAGES)

# ---- tests ----
tests: $(OUT)/plimsoll $(TEST_PROGRAMS)
	@:

test: deps
	@$(MAKE) --no-print-directory $(JOBS) tests program
	@PLIMSOLL_PROGRAM=$(OUT)/plimsoll tools/run-tests.sh $(TEST_PROGRAMS)

asan: deps
	@$(MAKE) --no-print-directory $(JOBS) MODE=asan tests
	@PLIMSOLL_PROGRAM=build/asan-$(notdir $(firstword $(CC)))/plimsoll \
	    ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 \
	    LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 \
	    tools/run-tests.sh $(TESTED:%.c=build/asan-$(notdir $(firstword $(CC)))/%)

tsan: deps
	@$(MAKE) --no-print-directory $(JOBS) MODE=tsan tests
	@PLIMSOLL_PROGRAM=build/tsan-$(notdir $(firstword $(CC)))/plimsoll TSAN_OPTIONS=halt_on_error=1 \
	    tools/run-tests.sh $(TESTED:%.c=build/tsan-$(notdir $(firstword $(CC)))/%)

CRASH_ROUNDS ?= 500
crash: deps
	@$(MAKE) --no-print-directory $(JOBS) $(OUT)/tests/engine/desk/test_desk_crash
	@PLIMSOLL_CRASH_ROUNDS=$(CRASH_ROUNDS) tools/run-tests.sh $(OUT)/tests/engine/desk/test_desk_crash

OPERATIONS ?= 10000000
PROPERTIES := $(filter %_property.c,$(TESTS))
nightly: deps lint-deps
	@$(MAKE) --no-print-directory $(JOBS) $(PROPERTIES:%.c=$(OUT)/%)
	@PLIMSOLL_OPERATIONS=$(OPERATIONS) PLIMSOLL_SEED=$${PLIMSOLL_SEED:-$$(date +%Y%m%d)} \
	    tools/run-tests.sh $(PROPERTIES:%.c=$(OUT)/%)
	@$(MAKE) --no-print-directory crash
	@$(MAKE) --no-print-directory fuzz

bare:
	@tools/bare.sh

coverage: deps
	@$(MAKE) --no-print-directory $(JOBS) MODE=coverage tests
	@PLIMSOLL_PROGRAM=build/coverage-$(notdir $(firstword $(CC)))/plimsoll \
	    tools/run-tests.sh $(TESTED:%.c=build/coverage-$(notdir $(firstword $(CC)))/%)
	@tools/coverage.sh build/coverage-$(notdir $(firstword $(CC)))

# ---- figures ----
benches: $(BENCHES:%.c=$(OUT)/%)
	@:

bench: deps
	@$(MAKE) --no-print-directory $(JOBS) benches program
	@for b in $(BENCHES:%.c=$(OUT)/%); do $$b || exit 1; done

# ---- checks ----
lint: deps lint-deps
	@tools/lint.sh

fuzz: deps lint-deps
	@CC=clang tools/fuzz.sh $(FUZZERS)

# ---- installation ----
install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/plimsoll
	install -m 755 build/plimsoll $(DESTDIR)$(PREFIX)/bin/plimsoll
	install -m 644 $(wildcard README.md) LICENSE CHANGELOG.md $(DESTDIR)$(PREFIX)/share/doc/plimsoll

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/plimsoll
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/plimsoll

clean:
	rm -rf build

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# Files that sources carry inside (src/base/embed.h) are named to the assembler, where the compiler's dependencies don't
# look.
EMBEDDERS := $(shell grep -lE '^EMBED.' $(SOURCES))
$(foreach s,$(EMBEDDERS),$(eval $(OUT)/$(s:.c=.o): $(shell sed -n 's/^EMBED(.*"\(.*\)").*/\1/p' $(s))))
