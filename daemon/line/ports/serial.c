/* Real ttys, by libserialport. */
#include <errno.h>
#include <libserialport.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "daemon/line/ports/backend.h"

/* The errno of a call of libserialport that failed. */
static int
sp_errno(enum sp_return result)
{
	switch (result) {
	case SP_ERR_FAIL:
		return errno != 0 ? errno : EIO;
	case SP_ERR_MEM:
		return ENOMEM;
	default:
		return ENODEV;
	}
}

/* All settings at once, so that the line is never half set. */
static int
set_8n1(struct sp_port *sp, int baud)
{
	struct sp_port_config *config;
	int error = 0;

	if (sp_new_config(&config) != SP_OK)
		return ENOMEM;
	sp_set_config_baudrate(config, baud);
	sp_set_config_bits(config, 8);
	sp_set_config_parity(config, SP_PARITY_NONE);
	sp_set_config_stopbits(config, 1);
	sp_set_config_flowcontrol(config, SP_FLOWCONTROL_NONE);
	errno = 0;
	if (sp_set_config(sp, config) != SP_OK)
		error = errno != 0 ? errno : EINVAL;
	sp_free_config(config);
	return error;
}

/* libserialport 0.1.1 lets a second process open the port. */
static int
take(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		return EBUSY;
	ioctl(fd, TIOCEXCL);
	return 0;
}

/* Against libserialport's HUPCL, which resets printers when we end; and IGNPAR: a damaged byte is not no byte. */
static void
set_rest(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) == -1)
		return;
	t.c_cflag &= ~HUPCL;
	t.c_iflag &= ~IGNPAR;
	tcsetattr(fd, TCSANOW, &t);
}

/* Some drivers switch the line only when they are told to; most cannot, and need not. */
static void
set_rs485(struct port *p)
{
	struct serial_rs485 rs485 = { .flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND };

	if (p->rs485 && ioctl(p->fd, TIOCSRS485, &rs485) == -1)
		p->trouble = "Its driver knows no RS-485";
}

static void
serial_discard(struct port *p)
{
	tcflush(p->fd, TCOFLUSH);
}

/* What has not left is dropped: close would wait for it, up to 30 s. */
static void
serial_close(struct port *p)
{
	ioctl(p->fd, TIOCNXCL);
	tcflush(p->fd, TCIOFLUSH);
	sp_close(p->handle);
	sp_free_port(p->handle);
}

static int
serial_open(struct port *p, const char *path, int baud)
{
	enum sp_return result;
	struct sp_port *sp;
	int error;

	errno = 0;
	if ((result = sp_get_port_by_name(path, &sp)) != SP_OK)
		return sp_errno(result);
	if ((result = sp_open(sp, SP_MODE_READ_WRITE)) != SP_OK) {
		error = sp_errno(result);
		sp_free_port(sp);
		return error;
	}
	p->handle = sp;
	sp_get_port_handle(sp, &p->fd);
	if ((error = take(p->fd)) == 0)
		error = set_8n1(sp, baud);
	if (error != 0) {
		serial_close(p);
		return error;
	}
	set_rest(p->fd);
	set_rs485(p);
	return 0;
}

/* After a hang-up the library reads 0 bytes, as if there were none: but we were told that there are. */
static ssize_t
serial_read(struct port *p, void *bytes, size_t size)
{
	int n = sp_nonblocking_read(p->handle, bytes, size);

	return n > 0 ? n : -1;
}

static ssize_t
serial_write(struct port *p, const void *bytes, size_t len)
{
	int n = sp_nonblocking_write(p->handle, bytes, len);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;	/* 0.1.1 fails when the output is full */
	return n;
}

const struct port_backend port_serial = {
	.name = "serial",
	.open = serial_open, .read = serial_read, .write = serial_write,
	.discard = serial_discard, .close = serial_close
};
