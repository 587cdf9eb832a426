/* conf_text.h: the settings that are strings, for conf_value.c. */
#ifndef CREDRELAY_CONF_TEXT_H
#define CREDRELAY_CONF_TEXT_H

#include "conf_table.h"

/* As conf_value_parse and conf_value_write, of a setting that is a string. */
enum status	 conf_text_parse(const struct conf_setting *, const char *text,
		    struct conf *, struct buf *wanted) MUST_CHECK;
void		 conf_text_write(const struct conf_setting *,
		    const struct conf *, struct buf *out);

/* What is stored; borrowed. */
const char	*conf_text_get(const struct conf_setting *,
		    const struct conf *);

#endif
