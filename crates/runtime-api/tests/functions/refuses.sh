#!/bin/sh
# A function whose settings are wrong: it says so and ends before its first poll.
echo "starting"
echo "PARTICLE_API_URL is not https" >&2
exit 3
