#!/bin/sh
# A function that starts, prints its environment and never polls.
env
echo "process $$"
exec sleep 600
