"""The trainctl agent: what runs on an instance, and all that trainctl asks of an image besides python3 and sshd.

Python >= 3.8, standard library only. The build makes one file of it, a zip that python3 runs, so that it can be put on
any host by its hash and run with the system's own python3. `python3 trainctl_agent.pyz VERB` reads one JSON document on
stdin and answers in JSON lines on stdout; see docs/agent-protocol.md. The host holds no cloud credentials: reads are
presigned GET URLs, writes are POST policies.

Imports go one way, and never in a circle. What lies in this folder itself imports nothing but its like; each room may
import that, and the rooms before it:

    transfers · archives · training · install · streams · checkpoints · outputs · clients · daemon · verbs · __main__
"""
