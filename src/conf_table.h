/* conf_table.h: the table of settings, for conf*.c and their test. */
#ifndef CREDRELAY_CONF_TABLE_H
#define CREDRELAY_CONF_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "conf.h"

enum conf_type {
	CONF_STRING,		/* char *; bounds count characters */
	CONF_SECRET,		/* likewise, with passwords in it */
	CONF_PATH,		/* char *; absolute, or empty if min is 0 */
	CONF_HTTPS_URL,		/* char *; url.h */
	CONF_URL,		/* char *; https; http on loopback */
	CONF_BASE_URL,		/* likewise; something is put behind it */
	CONF_HTTPS_BASE_URL,	/* likewise, https alone */
	CONF_CONTACT,		/* char *; mailto: or https: */
	CONF_WORDS,		/* char *; words, spaces between them */
	CONF_NUMBER,		/* unsigned */
	CONF_MODE,		/* unsigned; octal permission bits */
	CONF_DURATION,		/* unsigned, seconds; 30s 24h 7d */
	CONF_SIZE,		/* size_t, bytes; 64k 1m */
	CONF_FLAG,		/* bool; yes or no */
	CONF_CHOICE		/* an enum: the index of a word */
};

/* "[name]" in the file; settings before the first are of CONF_GLOBAL. */
enum conf_section {
	CONF_GLOBAL,
	CONF_NOTIFY,
	CONF_SECTION_WEBHOOK,
	CONF_SECTION_APNS,
	CONF_SECTION_FCM,
	CONF_SECTION_WEBPUSH,
	CONF_SECTIONS
};

struct conf_setting {
	const char		*name;
	enum conf_type		 type;
	const char		*initial;	/* as in a file; NULL: needed */
	unsigned long		 min, max;	/* in the type's unit */
	const char		*zero;		/* a word for 0, or NULL */
	const char *const	*words;		/* CONF_CHOICE; NULL ends */
	bool			 fixed;		/* only a restart changes it */
	size_t			 offset;	/* in struct conf */
	const char		*meaning;	/* one line for a comment */
	enum conf_section	 section;
};

enum {
	CONF_SETTINGS_MAX = 64
};

/* All settings, in the order in which they are written, by section. */
extern const struct conf_setting conf_settings[];
extern const size_t conf_settings_count;

/* "" for CONF_GLOBAL. */
const char	*conf_section_name(enum conf_section);
/* Is the section in the file?  Those that are no gateway's always are. */
bool		 conf_section_is_on(enum conf_section, const struct conf *);
void		 conf_section_switch_on(enum conf_section, struct conf *);

/*
 * Reads one value into its member of *conf, whose former string is released.
 * STATUS_INVALID: `wanted` says what would be right ("a number from 1 to
 * 256"); the member is unchanged.  `text` is UTF-8 without controls.
 */
enum status	 conf_value_parse(const struct conf_setting *, const char *text,
		    struct conf *, struct buf *wanted) MUST_CHECK;

/* Adds a value as conf_value_parse takes it, quoted where it must be. */
void		 conf_value_write(const struct conf_setting *,
		    const struct conf *, struct buf *out);

/* Puts the value of one struct into another, whose former one is released. */
void		 conf_value_copy(const struct conf_setting *, struct conf *to,
		    const struct conf *from);

/* Adds a libpq conninfo, key words or URI, with **** for each password. */
void		 conf_mask_conninfo(const char *conninfo, struct buf *out);

/* Is the member a char *? */
bool		 conf_is_string(const struct conf_setting *);
/* The member of a string setting. */
char		**conf_string(const struct conf_setting *, struct conf *);

#endif
