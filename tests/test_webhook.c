/* Signatures of Standard Webhooks, by vectors of others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "daemon/push/webhook.h"

#define OURS "whsec_aGFsbGQtdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q="

static const struct { const char *what, *secret, *id; int64_t seconds; const char *body, *signature; } vectors[] = {
	{ "the specification's", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
	  "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
	{ "a snapshot, by Python and OpenSSL", OURS, "msg_01JD9ZK3T0H1", 1795397400,
	  "{\"specversion\":\"1.0\",\"id\":\"01JD9ZK3T0H1\",\"source\":\"urn:halld:hall:330106001\",\"type\":\"cn.gov.hall.queue.snapshot\","
	  "\"time\":\"2026-11-23T09:30:00+08:00\",\"datacontenttype\":\"application/json\",\"sequence\":\"0000000000001042\","
	  "\"data\":{\"hall\":\"330106001\",\"seq\":1042,\"waiting\":37}}", "v1,Nkb3W0n6QQ7BGpU2YKcR8Wlgts8z67gyuptYShytDpE=" },
	{ "UTF-8", OURS, "msg_utf8", 1795397400, "{\"hall\":\"330106001\",\"name\":\"西湖区政务服务中心\",\"waiting\":37}",
	  "v1,R+eBdOdbloBMVQYFvB///7oZ2aGOgun+8oS+3uMc7uo=" },
};

static void
test_vectors(void **state)
{
	char signature[WEBHOOK_SIGNATURE_MAX];
	struct webhook_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_int_equal(webhook_key(&key, vectors[i].secret), 0);
		webhook_sign(signature, &key, 1, vectors[i].id, vectors[i].seconds, vectors[i].body, strlen(vectors[i].body));
		if (strcmp(signature, vectors[i].signature) != 0)
			fail_msg("%s: %s", vectors[i].what, signature);
	}
}

static void
both_sign_while_they_change(void **state)
{
	char signature[WEBHOOK_SIGNATURE_MAX];
	struct webhook_key keys[2];

	(void)state;
	assert_int_equal(webhook_key(&keys[0], vectors[0].secret), 0);
	assert_int_equal(webhook_key(&keys[1], OURS), 0);
	webhook_sign(signature, keys, 2, vectors[0].id, vectors[0].seconds, vectors[0].body, strlen(vectors[0].body));
	assert_memory_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,", 51);
	assert_int_equal(strlen(signature), 95);
}

static const struct { const char *what, *secret; } bad[] = {
	{ "empty", "" }, { "without its prefix", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, { "no base64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La*aSw" },
	{ "cut", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS" }, { "too short", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI" },
	{ "too long", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
};

static void
test_bad_secrets(void **state)
{
	struct webhook_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (webhook_key(&key, bad[i].secret) != -1)
			fail_msg("%s: it is taken", bad[i].what);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(both_sign_while_they_change),
		cmocka_unit_test(test_bad_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
