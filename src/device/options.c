/* options.c: the command line of a command. */
#include "device/options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

/* One option: a text when it has a value, otherwise a flag. */
struct rule {
	const char *name;
	const char *value; /* its name in --help; NULL: a flag; in
					   brackets: it may be left out */
	char letter;	   /* its short form, or 0 */
	unsigned set;
	size_t offset; /* in struct options */
	const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct rule rules[] = {
	{ "title", "TEXT", 0, OPTIONS_SEND, AT(title),
	    "title that the preview shows" },
	{ "description", "TEXT", 0, OPTIONS_SEND, AT(description),
	    "description that the preview shows" },
	{ "image", "URL", 0, OPTIONS_SEND, AT(image),
	    "https URL of the picture that the preview shows" },
	{ "expires", "TIME", 0, OPTIONS_SEND, AT(expires),
	    "90s, 15m, 2h, 7d from now, or YYYY-MM-DDThh:mm:ssZ" },
	{ "rights", "RWD", 0, OPTIONS_SEND, AT(rights),
	    "what both sides may do: read, write, delete" },
	{ "vertical", "LETTER", 0, OPTIONS_SEND, AT(vertical),
	    "kind of credential: a access, c car, h home" },
	{ "aead", "BITS", 0, OPTIONS_SEND, AT(aead),
	    "length of the Secret: 256 (the default) or 128" },
	{ "draw-identifier", NULL, 0, OPTIONS_SEND, AT(draw_identifier),
	    "draw the mailbox's identifier on this device" },
	{ "relay", "URL", 0, OPTIONS_SEND, AT(relay),
	    "the relay, in place of $CREDRELAY_URL" },
	{ "output", "FILE", 'o', OPTIONS_RECEIVE, AT(output),
	    "write the content there, not to standard output" },
	{ "if-match", NULL, 0, OPTIONS_UPDATE, AT(if_match),
	    "only if nothing has changed since this device last saw it" },
	{ "wait", "[=TIME]", 0, OPTIONS_WAIT, AT(wait),
	    "wait for what is new: for 10m, or for TIME" },
	{ "wait", "TIME", 0, OPTIONS_WATCH, AT(wait),
	    "stop after TIME, not only when the mailbox ends" },
	{ "notify-token", "TYPE:DATA", 0, OPTIONS_TOKEN, AT(notify_token),
	    "where the relay can tell that the other side has written" },
	{ "token", "FILE", 0, OPTIONS_TOKEN, AT(token),
	    "the same, as a file with the token's JSON object" },
	{ "no-token", NULL, 0, OPTIONS_TOKEN, AT(no_token),
	    "take the token back that was left before" },
	{ "push-log", "FILE", 0, OPTIONS_DEMO, AT(push_log),
	    "once more with pushes, which a receiver adds to FILE" },
	{ "state", "DIR", 0, OPTIONS_STATE, AT(state),
	    "this device's state, in place of the default place" },
	{ "cacert", "FILE", 0, OPTIONS_COMMON, AT(cacert),
	    "trust these certificates instead of the system's" },
	{ "insecure-http", NULL, 0, OPTIONS_COMMON, AT(insecure_http),
	    "allow plain http to other machines than this" },
	{ "retry", "SECONDS", 0, OPTIONS_COMMON, AT(retry),
	    "how long to repeat a request that fails; 0: not at all" },
	{ "json", NULL, 0, OPTIONS_COMMON, AT(json),
	    "print one JSON object, for scripts" },
	{ "help", NULL, 'h', OPTIONS_COMMON, AT(help), "print this" },
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static int
kind_of_argument(const struct rule *rule)
{
	if (rule->value == NULL)
		return (no_argument);
	return (rule->value[0] == '[' ? optional_argument : required_argument);
}

/* Fills what getopt_long() wants; its `val` is the rule's index + 256. */
static void
make_tables(unsigned sets, struct option *longs, char *shorts)
{
	size_t i;

	for (i = 0; i < RULES; i++) {
		if ((rules[i].set & sets) == 0)
			continue;
		*longs++ = (struct option){ rules[i].name,
			kind_of_argument(&rules[i]), NULL, (int)i + 256 };
		if (rules[i].letter != 0) {
			*shorts++ = rules[i].letter;
			if (rules[i].value != NULL)
				*shorts++ = ':';
		}
	}
	*longs = (struct option){ 0 };
	*shorts = '\0';
}

static const struct rule *
find_rule(int c)
{
	size_t i;

	if (c >= 256 && c < 256 + RULES)
		return (&rules[c - 256]);
	for (i = 0; i < RULES; i++)
		if (rules[i].letter != 0 && rules[i].letter == c)
			return (&rules[i]);
	return (NULL);
}

enum status
options_read(struct options *options, unsigned sets, int argc, char **argv)
{
	struct option longs[RULES + 1];
	char shorts[2 * RULES + 1];
	const struct rule *rule;
	const char *value;
	char *member;
	int c;

	*options = (struct options){ 0 };
	make_tables(sets, longs, shorts);
	optind = 0; /* glibc: from the start, with fresh tables */
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		rule = find_rule(c);
		if (rule == NULL)
			return (STATUS_INVALID);
		member = (char *)options + rule->offset;
		value = optarg != NULL ? optarg : "";
		if (rule->value != NULL)
			memcpy(member, &value, sizeof(value));
		else
			*(bool *)(void *)member = true;
	}
	options->count = argc - optind;
	options->operands = argv + optind;
	return (STATUS_OK);
}

void
options_print(FILE *out, unsigned sets)
{
	char left[40];
	size_t i;

	for (i = 0; i < RULES; i++) {
		if ((rules[i].set & sets) == 0)
			continue;
		(void)snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		    rules[i].letter != 0 ? '-' : ' ',
		    rules[i].letter != 0 ? rules[i].letter : ' ',
		    rules[i].letter != 0 ? ", " : "  ", rules[i].name,
		    rules[i].value != NULL && rules[i].value[0] != '[' ? " " :
									 "",
		    rules[i].value != NULL ? rules[i].value : "");
		(void)fprintf(out, "  %-28s %s\n", left, rules[i].help);
	}
}

enum status
options_duration(const char *text, int64_t *seconds)
{
	static const char units[] = "smhd";
	static const int64_t lengths[] = { 1, 60, 3600, 86400 };
	const int64_t max = INT64_C(36525) * 86400;
	const char *at = text, *unit;
	int64_t n = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		n = n * 10 + (*at - '0');
		if (n > max)
			return (STATUS_INVALID);
	}
	if (at == text || n == 0)
		return (STATUS_INVALID);
	if (*at != '\0') {
		unit = strchr(units, *at);
		if (unit == NULL || at[1] != '\0')
			return (STATUS_INVALID);
		n *= lengths[unit - units];
	}
	if (n > max)
		return (STATUS_INVALID);
	*seconds = n;
	return (STATUS_OK);
}
