"""File systems that a test can break: in a mount namespace of its own, so
that they go with the test, whatever ends it."""

import fcntl
import errno
import os
import struct
import subprocess
import sys
import tempfile

import support

INSIDE = "CREDRELAY_MOUNTS"
# _IOR('X', 125, uint32_t), and the flag that leaves the journal behind.
EXT4_IOC_SHUTDOWN = 0x8004587D
NOLOGFLUSH = 2


def run(*words):
    """A command that must do."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout.strip()}")


def enter():
    """Runs this program again, where its mounts are its own.  Returns why
    that cannot be; None: it has been done."""
    if os.environ.get(INSIDE):
        return None
    if os.geteuid() != 0:
        return "only root can mount"
    words = ["unshare", "--mount", "--propagation", "private"]
    try:
        run(*words, "true")
    except (RuntimeError, OSError) as error:
        return f"no mount namespace: {error}"
    os.environ[INSIDE] = "yes"
    sys.stdout.flush()
    os.execvp(words[0], [*words, sys.executable, *sys.argv])


def no_disk():
    """Why no image can be mounted here; None: it can."""
    with tempfile.TemporaryDirectory(prefix="credrelay-test-") as folder:
        place = os.path.join(folder, "place")
        os.mkdir(place)
        try:
            disk = Image(os.path.join(folder, "disk"), place, 16 << 20)
            disk.plug_in()
            disk.unmount()
        except (RuntimeError, OSError) as error:
            return f"no loop device: {error}"
    return None


class Mount:
    """A file system at a folder, which is there."""

    def __init__(self, folder):
        self.folder = folder
        self.mounted = False

    def mount(self, *words):
        """mount(8), with these words before the folder."""
        run("mount", *words, self.folder)
        self.mounted = True

    def unmount(self):
        """Waits for who is about to leave."""
        def leave():
            try:
                run("umount", self.folder)
            except RuntimeError:
                return False
            return True
        if self.mounted and not support.until(leave, 10, 0.1):
            run("umount", self.folder)
        self.mounted = False


class Image(Mount):
    """ext4 in a file, whose power can be cut: what was written and not
    flushed is gone."""

    def __init__(self, file, folder, size):
        super().__init__(folder)
        self.file = file
        with open(file, "wb") as image:
            image.truncate(size)
        run("mkfs.ext4", "-q", "-F", "-m", "0", file)

    def plug_in(self):
        """Mounts it; ext4 recovers what its journal has."""
        self.mount("-o", "loop", self.file)

    def cut_power(self):
        """From here on nothing gets to the disk."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN,
                        struct.pack("=I", NOLOGFLUSH))
        finally:
            os.close(folder)


class Memory(Mount):
    """tmpfs of a size, which can be filled to the last byte."""

    def plug_in(self, size):
        """Mounts it."""
        self.mount("-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs")

    def fill(self, leave=0):
        """A file that takes all space but `leave` bytes."""
        with open(os.path.join(self.folder, "ballast"), "wb") as file:
            for _ in range(100):
                stat = os.statvfs(self.folder)
                try:
                    os.posix_fallocate(file.fileno(), 0, max(
                        4096, stat.f_bavail * stat.f_frsize - leave))
                    return
                except OSError as error:
                    # Others have taken some of it meanwhile.
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self):
        """Takes it away."""
        os.unlink(os.path.join(self.folder, "ballast"))


def move_into(mount, plug_in):
    """Has a folder's content live in a file system that is mounted over
    it."""
    aside = mount.folder + ".aside"
    os.rename(mount.folder, aside)
    os.mkdir(mount.folder)
    plug_in()
    run("cp", "-a", aside + "/.", mount.folder)
    run("rm", "-rf", aside)
