"""HTTP and HTTPS on loopback: sockets, TLS, reading and writing messages."""
