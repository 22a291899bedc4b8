"""What HTTP asks: headers, negotiation, compression, links, errors."""
