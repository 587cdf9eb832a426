/* systemd.h: what a service manager is told, as sd_notify(3) has it. */
#ifndef CREDRELAY_SYSTEMD_H
#define CREDRELAY_SYSTEMD_H

/*
 * Takes $NOTIFY_SOCKET out of the environment, so that no worker can speak
 * for the service.  Call it once, before the others.
 */
void	systemd_open(void);

/* Each does nothing without a manager; a failure is logged, no more. */
void	systemd_ready(void);
void	systemd_reloading(void);
void	systemd_stopping(void);

#endif
