/* A crowd of slow clients, so small itself that 2 000 of them take nothing from what is measured beside them.
 * Usage: crowd PORT COUNT KIND [again]. Each client connects, 100 more every tenth of a second, and does one thing a second.
 * One that is refused or cut stays away, or with `again` comes again a second later. The kinds:
 *
 *   readers   asks for /50m, then reads 1 024 bytes
 *   uploads   announces a body of 50 MiB, then sends 1 024 bytes of it
 *   trickle   announces a body of 50 MiB, then sends one byte of it
 *   bytes     sends one byte of a head that never ends
 *   stalled   asks for /stall, then reads all there is
 *
 * For each line on its input it says `open N refused N cut N bytes N waits N`: clients whose connection stands, how often one
 * was answered something else than 200, how often a connection was closed on one, bytes of answers read or of requests
 * taken, and clients for whom nothing moved in their last five turns. It ends with its input.
 *
 * Its segments are those of an Ethernet and its receive buffers are small: else the kernel alone would hold megabytes for
 * each, and the program that is measured would not see a slow peer for minutes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLICES = 20, SLICE_MILLIS = 50, COMING = 50, RATE = 1024, SEGMENT = 1448, RECEIVE = 4096, STILL = 5 };

enum kind { READERS, UPLOADS, TRICKLE, BYTES, STALLED, KINDS };

static const char *const names[KINDS] = {"readers", "uploads", "trickle", "bytes", "stalled"};
static const char *const heads[KINDS] = {
    "GET /50m HTTP/1.1\r\nHost: crowd\r\n\r\n",
    "POST /upload HTTP/1.1\r\nHost: crowd\r\nContent-Length: 52428800\r\n\r\n",
    "POST /upload HTTP/1.1\r\nHost: crowd\r\nContent-Length: 52428800\r\n\r\n",
    "",
    "GET /stall HTTP/1.1\r\nHost: crowd\r\n\r\n",
};
/* after it, the value of this field goes on for ever */
static const char slow_head[] = "GET / HTTP/1.1\r\nHost: crowd\r\nX-Slow: ";

enum state { ABSENT, OPEN, REFUSED, CUT };

struct client {
    int descriptor;
    enum state state;
    bool has_asked;
    bool is_answered;
    size_t sent;
    int still;
};

static enum kind kind;
static struct sockaddr_in proxy;
static bool comes_again;
static int ends[CUT + 1];
static long long moved;
static char scratch[1 << 16];

static void finish(struct client *client, enum state state) {
    close(client->descriptor);
    client->state = state;
    ends[state]++;
}

static void come(struct client *client) {
    *client = (struct client){0};
    int segment = SEGMENT, receive = RECEIVE, yes = 1;
    client->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->descriptor < 0) {
        perror("socket");
        exit(1);
    }
    setsockopt(client->descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(client->descriptor, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    setsockopt(client->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    client->state = OPEN;
    int connecting = connect(client->descriptor, (struct sockaddr *)&proxy, sizeof proxy);
    if (connecting && errno != EINPROGRESS) finish(client, CUT);
}

/* Whether bytes moved; a socket that is not ready yet takes nothing. */
static bool sends(struct client *client, const char *bytes, size_t length) {
    ssize_t sent = send(client->descriptor, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != ENOTCONN) finish(client, CUT);
    if (sent <= 0) return false;
    client->sent += sent;
    return true;
}

static bool asks(struct client *client) {
    const char *head = heads[kind];
    if (client->sent < strlen(head)) {
        bool has_moved = sends(client, head + client->sent, strlen(head) - client->sent);
        client->has_asked = client->sent == strlen(head);
        return has_moved;
    }
    client->has_asked = true;
    return true;
}

/* Reads at most so much, and looks at the first bytes of an answer. */
static bool reads(struct client *client, size_t length) {
    ssize_t received = recv(client->descriptor, scratch, length, 0);
    if (received < 0 && errno == EAGAIN) return false;
    if (received <= 0) {
        finish(client, CUT);
        return false;
    }
    bool is_good = client->is_answered || (received >= 12 && !memcmp(scratch, "HTTP/1.1 200", 12));
    client->is_answered = true;
    if (!is_good) finish(client, REFUSED);
    else moved += received;
    return is_good;
}

static bool uploads(struct client *client, size_t rate) {
    bool has_moved = sends(client, scratch, rate);
    if (has_moved) moved += rate;
    if (client->state == OPEN) reads(client, sizeof scratch);
    return has_moved;
}

static bool sends_a_byte(struct client *client) {
    bool is_whole = client->sent >= sizeof slow_head - 1;
    bool has_moved = sends(client, is_whole ? "x" : slow_head + client->sent, 1);
    if (has_moved) moved++;
    if (client->state == OPEN) reads(client, sizeof scratch);
    return has_moved;
}

static void act(struct client *client) {
    bool has_moved;
    if (client->state != OPEN) {
        if (comes_again) come(client);
        return;
    }
    if (!client->has_asked && kind != BYTES) has_moved = asks(client);
    else if (kind == READERS) has_moved = reads(client, RATE);
    else if (kind == UPLOADS) has_moved = uploads(client, RATE);
    else if (kind == TRICKLE) has_moved = uploads(client, 1);
    else if (kind == BYTES) has_moved = sends_a_byte(client);
    else has_moved = reads(client, sizeof scratch);
    client->still = has_moved ? 0 : client->still + 1;
}

static void tell(const struct client *clients, int count) {
    int open = 0, still = 0;
    for (int i = 0; i < count; i++) {
        if (clients[i].state != OPEN) continue;
        open++;
        if (clients[i].still >= STILL) still++;
    }
    printf("open %d refused %d cut %d bytes %lld waits %d\n", open, ends[REFUSED], ends[CUT], moved, still);
    fflush(stdout);
}

/* False when the input has ended. */
static bool is_told_on(const struct client *clients, int count) {
    struct pollfd input = {.fd = 0, .events = POLLIN};
    char line[64];
    while (poll(&input, 1, 0) > 0) {
        ssize_t length = read(0, line, sizeof line);
        if (length <= 0) return false;
        for (ssize_t i = 0; i < length; i++) if (line[i] == '\n') tell(clients, count);
    }
    return true;
}

static void await_slice(struct timespec *due) {
    due->tv_nsec += SLICE_MILLIS * 1000000L;
    if (due->tv_nsec >= 1000000000L) {
        due->tv_nsec -= 1000000000L;
        due->tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL);
}

int main(int argc, char **arguments) {
    if (argc != 4 && argc != 5) return 2;
    comes_again = argc == 5 && !strcmp(arguments[4], "again");
    signal(SIGPIPE, SIG_IGN);
    int count = atoi(arguments[2]), come_up_to = 0;
    while (kind < KINDS && strcmp(names[kind], arguments[3])) kind++;
    struct client *clients = calloc(count, sizeof *clients);
    if (kind == KINDS || !clients) return 2;
    proxy.sin_family = AF_INET;
    proxy.sin_port = htons(atoi(arguments[1]));
    proxy.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int slice = 0; is_told_on(clients, count); slice = (slice + 1) % SLICES) {
        for (int more = 0; more < COMING && come_up_to < count; more++) come(&clients[come_up_to++]);
        for (int i = slice; i < come_up_to; i += SLICES) act(&clients[i]);
        await_slice(&due);
    }
}
