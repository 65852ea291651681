/* The limit that the kernel sets: one thread, one epoll, no parsing beyond the end of a head and the first letters of a
 * path. It is the C server of the bench, and the origin behind every proxy. Usage: epoll PORT [SEGMENT]; it runs until it
 * is killed. With SEGMENT no TCP segment is larger than so many bytes, as on a real network, and send buffers are small:
 * loopback's segments are 64 KiB, and the kernel's buffers grow with them.
 *
 *   /...   "Hello, World!"     /64k   65 536 bytes     /1m   1 048 576 bytes     /50m   52 428 800 bytes
 *   /stall   a head that announces 1 MiB, 65 536 bytes, and then nothing more
 *
 * A head must fit READ bytes. Only a POST has a body, whose length is announced; it is answered when all of it was read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, READ = 65536, OUT = 65536, REPLIES = 5, DESCRIPTORS = 65536, BACKLOG = 4096, SEND = 32768 };

/* What waits on a connection: heads that are not whole or not yet answered, the bytes of a body that are still to come, and
 * the rest of what a full socket cut short; `copied` holds that rest when it lay in `out`. */
struct connection {
    char *carry;
    size_t carried;
    size_t body;
    const char *rest;
    size_t left;
    char *copied;
};

struct reply {
    char *bytes;
    size_t length;
};

static struct connection connections[DESCRIPTORS];
static struct reply replies[REPLIES];
static char in[READ];
static char out[OUT];
static int events;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void *reserve(void *bytes, size_t length) {
    void *reserved = realloc(bytes, length);
    if (!reserved) fail("realloc");
    return reserved;
}

static struct reply cut_reply(size_t announced, size_t body, const char *text) {
    char head[256];
    int length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nServer: epoll\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", announced);
    struct reply made = {reserve(NULL, length + body), length + body};
    memcpy(made.bytes, head, length);
    if (text) memcpy(made.bytes + length, text, body);
    else memset(made.bytes + length, 'x', body);
    return made;
}

static struct reply reply(size_t body, const char *text) {
    return cut_reply(body, body, text);
}

static const struct reply *chosen(const char *head) {
    const char *path = memchr(head, '/', 16);
    if (path && !strncmp(path, "/50m", 4)) {
        if (!replies[3].bytes) replies[3] = reply(50 << 20, NULL);
        return &replies[3];
    }
    if (path && !strncmp(path, "/stall", 6)) return &replies[4];
    if (path && !strncmp(path, "/64k", 4)) return &replies[1];
    if (path && !strncmp(path, "/1m", 3)) return &replies[2];
    return &replies[0];
}

static void end(int descriptor) {
    struct connection *connection = &connections[descriptor];
    free(connection->carry);
    free(connection->copied);
    memset(connection, 0, sizeof *connection);
    close(descriptor);
}

static void want(int descriptor, unsigned what) {
    struct epoll_event event = {.events = what, .data.fd = descriptor};
    if (epoll_ctl(events, EPOLL_CTL_MOD, descriptor, &event)) fail("epoll_ctl");
}

/* What did not leave waits until the socket has room, and nothing is read until then. */
static void wait_for_room(int descriptor, const char *bytes, size_t length) {
    struct connection *connection = &connections[descriptor];
    if (bytes >= out && bytes < out + OUT) bytes = connection->copied = memcpy(reserve(NULL, length), bytes, length);
    connection->rest = bytes;
    connection->left = length;
    want(descriptor, EPOLLOUT);
}

/* Whether all of it left; if not, the rest waits or the connection has ended. */
static bool send_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = write(descriptor, bytes, length);
        if (sent < 0) {
            if (errno == EAGAIN) wait_for_room(descriptor, bytes, length);
            else end(descriptor);
            return false;
        }
        bytes += sent;
        length -= sent;
    }
    return true;
}

static void keep(int descriptor, const char *bytes, size_t length) {
    struct connection *connection = &connections[descriptor];
    connection->carried = length;
    if (length == 0) return;
    connection->carry = reserve(connection->carry, length);
    memcpy(connection->carry, bytes, length);
}

/* The length of the body that follows a head. */
static size_t announced(const char *head, char *end) {
    if (head[0] != 'P') return 0;
    char cut = *end;
    *end = '\0';
    const char *field = strcasestr(head, "\ncontent-length:");
    *end = cut;
    return field ? strtoul(strchr(field, ':') + 1, NULL, 10) : 0;
}

/* Answers the whole heads in `in`; small replies gather and leave in one write. What cannot be answered yet is kept. */
static void answer(int descriptor, size_t length) {
    char *at = in, *until = in + length, *head;
    size_t gathered = 0;
    bool is_clear = true;
    while (is_clear && (head = memmem(at, until - at, "\r\n\r\n", 4))) {
        size_t body = announced(at, head);
        if (body > (size_t)(until - head - 4)) {
            connections[descriptor].body = body - (until - head - 4);
            is_clear = send_all(descriptor, out, gathered);
            if (is_clear) keep(descriptor, at, 0);
            return;
        }
        const struct reply *reply = chosen(at);
        if (gathered > 0 && reply->length > OUT - gathered) {
            is_clear = send_all(descriptor, out, gathered);
            gathered = 0;
            continue;
        }
        at = head + 4 + body;
        if (reply->length > OUT) {
            is_clear = send_all(descriptor, reply->bytes, reply->length);
        } else {
            memcpy(out + gathered, reply->bytes, reply->length);
            gathered += reply->length;
        }
    }
    if (is_clear) is_clear = send_all(descriptor, out, gathered);
    bool has_ended = !is_clear && !connections[descriptor].rest;
    if (!has_ended) keep(descriptor, at, until - at);
}

/* A body that comes in pieces is answered like any other request at its end; nothing may follow it before that. */
static void on_body(int descriptor) {
    struct connection *connection = &connections[descriptor];
    size_t wanted = connection->body < READ ? connection->body : READ;
    ssize_t received = read(descriptor, in, wanted);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) {
        end(descriptor);
        return;
    }
    connection->body -= received;
    if (connection->body == 0) send_all(descriptor, replies[0].bytes, replies[0].length);
}

static void on_readable(int descriptor) {
    struct connection *connection = &connections[descriptor];
    if (connection->body) {
        on_body(descriptor);
        return;
    }
    if (connection->carried) memcpy(in, connection->carry, connection->carried);
    ssize_t received = read(descriptor, in + connection->carried, READ - connection->carried);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) end(descriptor);
    else answer(descriptor, connection->carried + received);
}

/* The rest goes first, then what was asked meanwhile. */
static void on_writable(int descriptor) {
    struct connection *connection = &connections[descriptor];
    const char *rest = connection->rest;
    connection->rest = NULL;
    if (!send_all(descriptor, rest, connection->left)) return;
    free(connection->copied);
    connection->copied = NULL;
    want(descriptor, EPOLLIN);
    if (connection->carried) {
        memcpy(in, connection->carry, connection->carried);
        answer(descriptor, connection->carried);
    }
}

static void on_acceptable(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (descriptor < 0) return;
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (descriptor >= DESCRIPTORS || epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event)) close(descriptor);
}

static int listen_at(int port, int segment) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1, send = SEND;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (segment) {
        setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
        setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &send, sizeof send);
    }
    if (bind(listener, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (listen(listener, BACKLOG)) fail("listen");
    return listener;
}

static void allow_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) fail("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit)) fail("setrlimit");
}

int main(int count, char **arguments) {
    struct epoll_event ready[EVENTS];
    if (count != 2 && count != 3) return 2;
    signal(SIGPIPE, SIG_IGN);
    allow_descriptors();
    replies[0] = reply(13, "Hello, World!");
    replies[1] = reply(64 << 10, NULL);
    replies[2] = reply(1 << 20, NULL);
    replies[4] = cut_reply(1 << 20, 64 << 10, NULL);
    int listener = listen_at(atoi(arguments[1]), count == 3 ? atoi(arguments[2]) : 0);
    events = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(events, EPOLL_CTL_ADD, listener, &event)) fail("epoll_ctl");
    puts("ready");
    fflush(stdout);
    for (;;) {
        int many = epoll_wait(events, ready, EVENTS, -1);
        for (int i = 0; i < many; i++) {
            int descriptor = ready[i].data.fd;
            if (descriptor == listener) on_acceptable(listener);
            else if (connections[descriptor].rest) on_writable(descriptor);
            else on_readable(descriptor);
        }
    }
}
