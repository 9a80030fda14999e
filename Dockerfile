# racelint alone: docker run --rm -v "$PWD:/code" racelint check
FROM rust:1.95-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin racelint && strip target/release/racelint

# git answers --since and --staged.
FROM debian:stable-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* && git config --system --add safe.directory /code
COPY --from=build /src/target/release/racelint /usr/local/bin/racelint
WORKDIR /code
ENTRYPOINT ["racelint"]
CMD ["check"]
