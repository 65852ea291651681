/* Clients that ask, read, and ask again: one thread, one epoll.
 * Usage: eager PORT CLIENTS PATH REQUESTS READ PACE; REQUESTS 0 is without end, READ are the bytes of one read. With PACE 0 they
 * read as fast as they can, else once in so many milliseconds each, so that whoever sends must wait for all of them.
 *
 * For each line on its input it says `asked N answered N failed N bytes N`: failed are those that were answered something
 * else than 200 or whose connection ended, after which their client comes again. It ends with its input.
 *
 * Its segments are those of an Ethernet: with loopback's of 64 KiB the kernel of the other side would take megabytes for each
 * client, and what it holds is not what is measured. */
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
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, SEGMENT = 1448, RECEIVE = 24 << 10, READ_MOST = 1 << 16, HEAD = 2048, PAUSE_MILLIS = 20 };

struct client {
    int descriptor;
    bool has_asked;
    bool is_away;
    size_t headed;
    size_t left;
    char head[HEAD];
};

static int events;
static struct sockaddr_in peer;
static char request[256];
static char scratch[READ_MOST];
static long long wanted, asked, answered, failed, bytes;
static struct client *clients;
static int count, away, pace;
static size_t portion;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void leave(struct client *client) {
    close(client->descriptor);
    client->is_away = true;
    away++;
}

static void lose(struct client *client) {
    if (client->has_asked) failed++;
    leave(client);
}

static void ask(struct client *client) {
    client->has_asked = false;
    client->headed = client->left = 0;
    if (wanted && asked == wanted) return;
    ssize_t length = strlen(request);
    if (send(client->descriptor, request, length, MSG_NOSIGNAL) != length) {
        lose(client);
        return;
    }
    client->has_asked = true;
    asked++;
}

static void come(struct client *client) {
    int segment = SEGMENT, receive = RECEIVE, yes = 1;
    client->is_away = client->has_asked = false;
    client->descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (client->descriptor < 0) fail("socket");
    setsockopt(client->descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(client->descriptor, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    setsockopt(client->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(client->descriptor, (struct sockaddr *)&peer, sizeof peer)) {
        leave(client);
        return;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (!pace && epoll_ctl(events, EPOLL_CTL_ADD, client->descriptor, &event)) fail("epoll_ctl");
    ask(client);
}

/* Reads the head's end and the length of what follows; false when the answer is no good. */
static bool takes_head(struct client *client, size_t received) {
    size_t room = HEAD - 1 - client->headed, taken = received < room ? received : room;
    memcpy(client->head + client->headed, scratch, taken);
    client->head[client->headed + taken] = '\0';
    char *end = strstr(client->head, "\r\n\r\n"), *length = strcasestr(client->head, "\ncontent-length:");
    if (!end) {
        client->headed += taken;
        return taken < room;
    }
    size_t of_body = received - (end + 4 - client->head - client->headed);
    client->headed = end + 4 - client->head;
    if (strncmp(client->head, "HTTP/1.1 200", 12) || !length) return false;
    client->left = strtoul(strchr(length, ':') + 1, NULL, 10) + 1;
    if (of_body >= client->left) return false;
    client->left -= of_body;
    return true;
}

/* `left` is one more than what is to come, so that 0 says that the head is not whole. */
static void receive(struct client *client) {
    ssize_t received = recv(client->descriptor, scratch, portion, MSG_DONTWAIT);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0 || !client->has_asked) {
        lose(client);
        return;
    }
    bytes += received;
    if (client->left > 0 && (size_t)received < client->left) client->left -= received;
    else if (client->left > 0 || !takes_head(client, received)) {
        lose(client);
        return;
    }
    if (client->left != 1) return;
    answered++;
    ask(client);
}

/* False when the input has ended. */
static bool is_told_on(void) {
    char line[64];
    ssize_t length = read(0, line, sizeof line);
    if (length <= 0) return false;
    printf("asked %lld answered %lld failed %lld bytes %lld\n", asked, answered, failed, bytes);
    fflush(stdout);
    return true;
}

static void bring_back(void) {
    for (int i = 0; i < count && away > 0; i++) {
        if (!clients[i].is_away) continue;
        away--;
        come(&clients[i]);
    }
}

/* Each client in its turn, a millisecond's share at a time; a client that was away is brought back first. */
static void read_in_turns(void) {
    static struct timespec due;
    static int next;
    if (!due.tv_sec) clock_gettime(CLOCK_MONOTONIC, &due);
    int until = next + (count + pace - 1) / pace;
    for (; next < until && next < count; next++) {
        if (clients[next].is_away) {
            away--;
            come(&clients[next]);
        }
        if (!clients[next].is_away) receive(&clients[next]);
    }
    if (next >= count) next = 0;
    due.tv_nsec += 1000000L;
    if (due.tv_nsec >= 1000000000L) {
        due.tv_nsec -= 1000000000L;
        due.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

int main(int argc, char **arguments) {
    struct epoll_event ready[EVENTS], input = {.events = EPOLLIN};
    if (argc != 7) return 2;
    signal(SIGPIPE, SIG_IGN);
    count = atoi(arguments[2]);
    wanted = atoll(arguments[4]);
    portion = atoi(arguments[5]);
    pace = atoi(arguments[6]);
    if (portion > READ_MOST) return 2;
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: eager\r\n\r\n", arguments[3]);
    peer.sin_family = AF_INET;
    peer.sin_port = htons(atoi(arguments[1]));
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    clients = calloc(count, sizeof *clients);
    events = epoll_create1(0);
    if (!clients || epoll_ctl(events, EPOLL_CTL_ADD, 0, &input)) fail("epoll");
    for (int i = 0; i < count; i++) come(&clients[i]);
    for (;;) {
        if (pace) read_in_turns();
        int many = epoll_wait(events, ready, EVENTS, pace ? 0 : PAUSE_MILLIS);
        for (int i = 0; i < many; i++) {
            if (ready[i].data.ptr) receive(ready[i].data.ptr);
            else if (!is_told_on()) return 0;
        }
        if (many < EVENTS && !pace) bring_back();
    }
}
