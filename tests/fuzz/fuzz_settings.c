/*
 * hall.json: it is read as it is, or refused in one line that names the place.
 *
 * Bytes that begin with a brace are the text; others choose rows of the table
 * of settings, and what stands there in the sample instead: what is wrong lies
 * deep within what is right, and a new setting is fuzzed by its row alone.
 */
#include <jansson.h>

#include "daemon/settings/settings_rows.h"
#include "daemon/line/driver.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_protocols[] = { NULL };

const char *
fuzz_part(int i)
{
	(void)i;
	return NULL;
}

int
fuzz_longest(int part)
{
	(void)part;
	return 128;
}

static json_t *
value_of(const struct setting *s, struct input *b)
{
	static const char *const texts[] = { "", "A", "1", "a-b", "FF 68 len len 68 [ ( addr 01 digits key ) ] sum8 16", "key", "syn6288",
		"dfplayer", "keypad", "24:00", "23:59", "2026-02-29", "tcp://h:1", "\xE5\xA4\xA7\xE5\x8E\x85", "07/012", "6 0F" };
	int n = choose(b);
	char any[16];

	switch (n % 8) {
	case 0:
	case 1:
		return json_string(texts[n / 8 % 16]);
	case 2:
		return json_integer(n & 8 ? s->least : s->most);
	case 3:
		return json_integer(n & 8 ? s->least - 1LL : s->most + 1LL);
	case 4:
		return n & 8 ? json_true() : n & 16 ? json_null() : n & 32 ? json_real(0.5) : json_integer(INT64_MAX);
	case 5:
		return n & 8 ? json_pack("[s]", texts[n / 16]) : n & 16 ? json_array() : n & 32 ? json_pack("{s:s}", texts[n / 64], "next") :
		    json_object();
	case 6:
		snprintf(any, sizeof any, "%c%c%c", choose(b) & 0x7F, choose(b) & 0x7F, choose(b) & 0x7F);
		return json_string(any);
	default:
		return s->names != NULL ? json_string(s->names[0]) : json_integer(choose16(b));
	}
}

/* Put value (taken) where a setting is, at any place of a list; what stands in the way stays. */
static void
put(json_t *at, const char *path, json_t *value, struct input *b)
{
	size_t len = strcspn(++path, "/");
	bool last = path[len] == '\0', list = strncmp(path, "*", len) == 0;
	size_t place = list ? choose(b) % (json_array_size(at) + 1) : 0;
	json_t *below = NULL;
	char key[64];

	snprintf(key, sizeof key, "%.*s", (int)len, path);
	if (list ? !json_is_array(at) : !json_is_object(at)) {
		json_decref(value);
		return;
	}
	if (!last && (below = list ? json_array_get(at, place) : json_object_get(at, key)) != NULL) {
		put(below, path + len, value, b);
		return;
	}
	if (!last) {
		below = path[len + 1] == '*' ? json_array() : json_object();
		put(below, path + len, value, b);
		value = below;
	}
	if (!list)
		json_object_set_new(at, key, value);
	else if (place == json_array_size(at))
		json_array_append_new(at, value);
	else
		json_array_set_new(at, place, value);
}

static char *
changed_sample(struct input *b)
{
	static json_t *sample;
	json_t *all;
	char *text;

	if (sample == NULL)
		must((sample = json_load_file("etc/hall.json", 0, NULL)) != NULL);
	all = json_deep_copy(sample);
	for (int n = choose(b) % 4; n >= 0; n--) {
		const struct setting *s = &settings[choose(b) % settings_count];

		put(all, s->path, value_of(s, b), b);
	}
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

static void
check_seat(const struct layout *l, const struct seat *s)
{
	must(s->device >= -1 && s->device < l->device_count);
	must(s->device == -1 || driver_find(l->device[s->device].driver) != NULL);
}

/* What the rest of the daemon relies on without looking. */
static void
check_layout(const struct layout *l)
{
	char error[160] = "";

	must(l->service_count > 0 && l->service_count <= SERVICES_MAX && l->class_count <= CLASSES_MAX);
	must(l->zone_count <= ZONES_MAX && l->device_count <= DEVICES_MAX && l->window_count <= WINDOWS_MAX);
	for (int i = 0; i < l->window_count; i++) {
		must(l->window[i].no >= 1 && l->window[i].no <= WINDOW_NO_MAX && l->window_at[l->window[i].no] == i);
		check_seat(l, &l->window[i].sign);
		check_seat(l, &l->window[i].keypad);
		check_seat(l, &l->window[i].rater);
	}
	for (const struct device *d = l->device; d < l->device + l->device_count; d++) {
		const struct driver *driver = driver_find(d->driver);
		struct keyframe f;

		must(driver != NULL && d->key_count >= 0 && d->key_count <= KEYS_MAX && d->button_count <= BUTTONS_MAX);
		must(!driver->framed || keyframe_read(&f, d->frame) == NULL);
	}
	must(driver_check(l, error, sizeof error) == 0 || (error[0] == '/' && is_utf8(error)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct layout layout;
	struct input b = { bytes, len };
	char error[160] = "", *text = NULL;

	if (len > 0 && bytes[0] != '{')
		text = changed_sample(&b);
	if (settings_read(&layout, text != NULL ? text : (const char *)bytes, text != NULL ? strlen(text) : len, driver_names(),
	    error, sizeof error) == 0)
		check_layout(&layout);
	else {
		must(error[0] == '/' || strncmp(error, "line ", 5) == 0);
		must(strpbrk(error, "\r\n") == NULL && is_utf8(error));
	}
	free(text);
	return 0;
}

/* The sample itself, and each row with some value. */
void
fuzz_seeds(void)
{
	static const char text[] = "{\"hall\": {\"id\": \"h\"}, \"services\": [{\"id\": \"a\"}]}";

	for (size_t row = 0; row < settings_count; row++)
		for (int value = 2; value < 10; value += 3)
			fuzz_seed((uint8_t[]){ 1, 2, 0, 0, 1, value, row, 0 }, 8);
	fuzz_seed(text, strlen(text));
}
