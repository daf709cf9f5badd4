/** A server for one machine: reached from it alone, with a password, and data that outlives it. */
export const COMPOSE = `# docker compose up -d; the password is in .env (see .env.example).
services:
  redis:
    image: redis:8
    command: ["sh", "-c", "exec redis-server /etc/redis.conf --requirepass \\"$$REDIS_PASSWORD\\""]
    environment:
      REDIS_PASSWORD: \${REDIS_PASSWORD:?set it in .env}
    ports:
      - 127.0.0.1:6379:6379
    volumes:
      - ./redis.conf:/etc/redis.conf:ro
      - redis-data:/data
    healthcheck:
      test: ["CMD-SHELL", "REDISCLI_AUTH=$$REDIS_PASSWORD redis-cli ping | grep -q PONG"]
      interval: 10s
      timeout: 3s
      retries: 3
    restart: unless-stopped
  insight: # A user interface: docker compose --profile gui up -d
    image: redis/redisinsight:latest
    profiles: [gui]
    ports:
      - 127.0.0.1:5540:5540
volumes:
  redis-data:
`;

/**
 * Configuration of the server.
 *
 * @param evicts  It holds only what can be loaded again.
 */
export function redisConf(evicts: boolean): string {
  const policy = evicts
    ? `# Evicts the values that are used least when it is full. Locks, queues and sessions need "noeviction".
maxmemory-policy allkeys-lru`
    : `# Refuses writes when it is full, because what it holds cannot be loaded again.
maxmemory-policy noeviction`;
  return `# A cache that keeps its data over a restart. The password comes from the command line of compose.yml.
bind * -::*
protected-mode yes
port 6379

maxmemory 256mb
${policy}

# At most one second of writes is lost in a crash.
appendonly yes
appendfsync everysec
save 3600 1 300 100

# Commands that empty or stop a server by mistake.
rename-command FLUSHALL ""
rename-command FLUSHDB ""
rename-command SHUTDOWN ""
rename-command DEBUG ""
`;
}

export const ENVIRONMENT = `# Copy to .env, and choose a password: openssl rand -hex 32
REDIS_PASSWORD=
# For the application: redis://:THE-PASSWORD@localhost:6379
REDIS_URL=
`;
