"""What is paid on behalf: who waits, the lists for the tax system, what came back settled."""
