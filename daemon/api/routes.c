/* The API's index: what may be asked, by whom, and who answers. */
#include <stddef.h>

#include "daemon/api/handlers.h"

const struct route routes[] = {
	{ "GET",    "/api/v1/status",			ANYONE,		get_status },
	{ "GET",    "/api/v1/events",			ANYONE,		get_events },
	{ "GET",    "/api/v1/services",			ANYONE,		get_services },
	{ "POST",   "/api/v1/tickets",			DESK | ROLE(KIOSK), post_ticket },
	{ "GET",    "/api/v1/tickets",			STAFF,		get_tickets },
	{ "GET",    "/api/v1/tickets/{token}",		ANYONE,		get_ticket },
	{ "POST",   "/api/v1/tickets/{ticket}/{command}", ANYONE,	post_ticket_command },
	{ "GET",    "/api/v1/windows/{no}",		STAFF | ROLE(WINDOW), get_window },
	{ "GET",    "/api/v1/windows/{no}/rating",	ROLE(DISPLAY) | ROLE(WINDOW), get_rating },
	{ "POST",   "/api/v1/windows/{no}/rating",	ROLE(DISPLAY) | ROLE(WINDOW), post_rating },
	{ "POST",   "/api/v1/windows/{no}/{command}",	AT_WINDOWS,	post_window_command },
	{ "POST",   "/api/v1/session",			ANYONE,		post_session },
	{ "GET",    "/api/v1/session",			ANYONE,		get_session },
	{ "DELETE", "/api/v1/session",			ANYONE,		delete_session },
	{ "GET",    "/api/v1/devices",			STAFF,		get_devices },
	{ "POST",   "/api/v1/devices/{name}/roll",	ROLE(MANAGER),	post_roll },
	{ "POST",   "/api/v1/users",			ROLE(ADMIN),	post_user },
	{ "POST",   "/api/v1/users/{name}/password",	ROLE(ADMIN),	post_password },
	{ "POST",   "/api/v1/pairings",			ANYONE,		post_pairing },
	{ "GET",    "/api/v1/pairings/{secret}",	ANYONE,		get_pairing },
	{ "POST",   "/api/v1/tokens",			ROLE(MANAGER),	post_token },
	{ "DELETE", "/api/v1/tokens/{name}",		ROLE(MANAGER),	delete_token },
	{ "GET",    "/api/v1/kiosk",			ROLE(KIOSK),	get_kiosk },
	{ "POST",   "/api/v1/kiosk/help",		ROLE(KIOSK),	post_help },
	{ "GET",    "/healthz",				THIS_MACHINE,	get_health },
	{ "GET",    "/metrics",				THIS_MACHINE,	get_metrics },
	{ "GET",    "/",				ANYONE,		get_page },
	{ "GET",    "/board",				ANYONE,		get_page },
	{ "GET",    "/kiosk",				ANYONE,		get_page },
	{ "GET",    "/window/{no}",			ANYONE,		get_page },
	{ "GET",    "/sign/{no}",			ANYONE,		get_page },
	{ "GET",    "/t/{token}",			ANYONE,		get_page },
	{ "GET",    "/pages/*",				ANYONE,		get_asset },
	{ "GET",    "/text/*",				ANYONE,		get_asset },
	{ NULL, NULL, 0, NULL }
};
