/* web_push_keys.h: the subscriber of RFC 8291, appendix A, for tests. */
#ifndef CREDRELAY_WEB_PUSH_KEYS_H
#define CREDRELAY_WEB_PUSH_KEYS_H

#define P256DH                                                                 \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7V" \
	"d8pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define KEYS "\"p256dh\":\"" P256DH "\",\"auth\":\"" AUTH "\""

#endif
