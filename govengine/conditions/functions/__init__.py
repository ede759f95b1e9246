"""The functions of conditions, a file each: what it takes and gives, what it means, how it reads, examples."""
